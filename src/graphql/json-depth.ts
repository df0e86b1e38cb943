/** How deep lists and objects may lie in each other in a request; policies and events need eight. */
const MAX_DEPTH = 20;

/** Whether JSON is deeper than anyone needs: what walks it later may do so by recursion. */
export function isTooDeep(value: unknown, maxDepth = MAX_DEPTH): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue;
      for (const inner of Array.isArray(each) ? (each as unknown[]) : Object.values(each))
        if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
  return false;
}
