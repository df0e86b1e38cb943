/** How deep lists and objects may lie in each other in a request; policies and events need eight. */
const MAX_DEPTH = 20;

/** Whether JSON is deeper than anyone needs: what walks it later may do so by recursion. */
export function isTooDeep(value: unknown, maxDepth = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (maxDepth < 0) return true;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const each of inner) if (isTooDeep(each, maxDepth - 1)) return true;
  return false;
}
