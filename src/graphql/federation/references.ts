import type { Call } from '../../access/call.ts';
import { idsOf, type IdType } from '../../kernel/global-id.ts';
import { Refusal } from '../../kernel/refusal.ts';
import { namedOf, nodeOf } from '../finders.ts';

/** As a gateway sends it: it may be anything. */
export type Representation = Readonly<Record<string, unknown>>;

/** Those of the union `_Entity`. */
const ENTITIES: readonly IdType[] = ['Merchant', 'Buyer', 'Product', 'Review'];

/** What is meant, found as `node(id:)` finds it: by those who may see it. Asked one by one, looked up together. */
export async function entityOf(call: Call, representation: Representation, index: number): Promise<object | null> {
  const { __typename: type, id, externalId } = representation;
  if (!isEntity(type)) throw wrong(index, '__typename', `No entity of this subgraph is a ${told(type)}.`);
  if (typeof id === 'string') {
    idsOf(type, id); // refuses what is of another type
    return nodeOf(call, id);
  }
  const found = typeof externalId === 'string' ? namedOf(call, type, externalId) : undefined;
  if (found === undefined) throw wrong(index, 'id', `A ${type} is named by a key that it has: see its @key.`);
  return found;
}

const isEntity = (type: unknown): type is IdType => (ENTITIES as readonly unknown[]).includes(type);
const told = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : 'thing without a `__typename`');
const wrong = (index: number, field: string, message: string): Refusal =>
  new Refusal('INVALID', 'REPRESENTATION_INVALID', message, ['representations', String(index), field]);
