/** Which nodes hang together by edges (ends[2e], ends[2e + 1]): lists of nodes, the largest first. Lone nodes are left out. */
export function componentsOf(ends: Int32Array, nodeCount: number): Int32Array[] {
  const parents = Int32Array.from({ length: nodeCount }, (_, i) => i);
  for (let e = 0; e < ends.length; e += 2) {
    const one = rootOf(parents, ends[e]!);
    const other = rootOf(parents, ends[e + 1]!);
    if (one !== other) parents[Math.max(one, other)] = Math.min(one, other);
  }
  const members = new Map<number, number[]>();
  for (let node = 0; node < nodeCount; node++) {
    const root = rootOf(parents, node);
    if (root === node) continue;
    const known = members.get(root);
    if (known) known.push(node);
    else members.set(root, [root, node]);
  }
  return [...members.values()]
    .map((each) => Int32Array.from(each))
    .toSorted((a, b) => b.length - a.length || a[0]! - b[0]!);
}

function rootOf(parents: Int32Array, node: number): number {
  let at = node;
  while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!; // halves the way as it goes
  return at;
}

/** How many edges end at each node. */
export function degreesOf(ends: Int32Array, nodeCount: number): Int32Array {
  const degrees = new Int32Array(nodeCount);
  for (const node of ends) degrees[node]!++;
  return degrees;
}

/** The edges that remain when nodes with fewer than `least` edges are taken away until there is none: the core. */
export function coreOf(ends: Int32Array, nodeCount: number, least: number): Int32Array {
  let core = ends;
  for (;;) {
    const degrees = degreesOf(core, nodeCount);
    const kept = edgesWhere(core, (a, b) => degrees[a]! >= least && degrees[b]! >= least);
    if (kept.length === core.length) return kept;
    core = kept;
  }
}

export function edgesWhere(ends: Int32Array, holds: (one: number, other: number) => boolean): Int32Array {
  const kept = new Int32Array(ends.length);
  let size = 0;
  for (let e = 0; e < ends.length; e += 2) {
    if (!holds(ends[e]!, ends[e + 1]!)) continue;
    kept[size++] = ends[e]!;
    kept[size++] = ends[e + 1]!;
  }
  return kept.slice(0, size);
}
