import type { Call } from '../access/call.ts';
import type { FindNamed, FindNode } from '../feature.ts';
import { features } from '../features.ts';
import { readGlobalId, type IdType, type Ids } from '../kernel/global-id.ts';

const byId = Object.assign({}, ...features.map(({ nodes }) => nodes)) as { [T in IdType]?: FindNode<T> };
const byName = Object.assign({}, ...features.map(({ named }) => named)) as { [T in IdType]?: FindNamed<T> };

/** What has this id; null when there is no such thing, or the caller may not see it. */
export async function nodeOf(call: Call, id: string): Promise<object | null> {
  const { type, ids } = readGlobalId(id);
  const find = byId[type] as FindNode<IdType> | undefined;
  return find ? find(call, ids as Ids<IdType>) : null;
}

/** As `nodeOf`, by the platform's own id; undefined where things of the type have none. */
export const namedOf = (call: Call, type: IdType, externalId: string): Promise<object | null> | undefined =>
  (byName[type] as FindNamed<IdType> | undefined)?.(call, externalId);
