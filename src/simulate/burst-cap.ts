import type { Act } from './history.ts';
import type { Deed } from './world.ts';

const WEEK = 7 * 86_400_000;

/** Whether an act is over its subject's cap: in any 7 days at most e + 2·√n reviews count, e being what was delivered in them. */
export function overCap(acts: readonly Act[], deeds: readonly Deed[]): (act: Act) => boolean {
  const deliveries = Map.groupBy(deeds, ({ subject }) => subject);
  const over = new Set<Act>();
  for (const [subject, reviews] of Map.groupBy(acts, (act) => act.subject)) {
    const ordered = reviews.toSorted((one, other) => one.at - other.at);
    const delivered = (deliveries.get(subject) ?? []).map(({ at }) => at).toSorted((one, other) => one - other);
    const counted: Act[] = [];
    let [firstSeen, firstCounted, firstDelivered, lastDelivered] = [0, 0, 0, 0];
    for (const [index, act] of ordered.entries()) {
      while (ordered[firstSeen]!.at <= act.at - WEEK) firstSeen++;
      while (firstCounted < counted.length && counted[firstCounted]!.at <= act.at - WEEK) firstCounted++;
      while (lastDelivered < delivered.length && delivered[lastDelivered]! <= act.at) lastDelivered++;
      while (firstDelivered < lastDelivered && delivered[firstDelivered]! <= act.at - WEEK) firstDelivered++;
      const seen = index - firstSeen + 1;
      const wouldCount = counted.length - firstCounted + 1;
      if (wouldCount > lastDelivered - firstDelivered + 2 * Math.sqrt(seen)) over.add(act);
      else counted.push(act);
    }
  }
  return (act) => over.has(act);
}
