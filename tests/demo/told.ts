import { demoEvents, demoTruth } from '../../src/demo/demo.ts';
import type { CloudEvent } from '../../src/demo/telling.ts';

/** A demo of fair size, read once for all tests of a file. */
export const options = { seed: 7, until: Date.UTC(2026, 8, 1), scale: 0.4 };
export const DAY = 86_400_000;
export const events = demoEvents(options);
export const truth = demoTruth(options);

export const ofType = (type: string): CloudEvent[] => events.filter((event) => event.type === type);
export const timeOf = ({ time }: CloudEvent): number => Date.parse(time);
export const text = (event: CloudEvent, key: string): string => String(event.data[key]);
export const campaign = (name: string) => truth.campaigns.find((each) => each.name === name)!;

/** Events by the order that they are about. */
export const orders: ReadonlyMap<string, readonly CloudEvent[]> = Map.groupBy(
  events.filter(({ data }) => data['order'] !== undefined),
  (event) => text(event, 'order'),
);
export const placed = new Map(ofType('order.placed').map((event) => [text(event, 'order'), event]));
export const reviews = new Map(ofType('review.posted').map((event) => [text(event, 'review'), event]));
