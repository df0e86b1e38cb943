import { CO_REVIEW, coReviewEdges, type CoReviewOptions } from './co-review.ts';
import { groupBy, marksWhere, type ReviewColumns } from './columns.ts';
import { componentsOf, coreOf, edgesWhere } from './components.ts';

const DAY = 86_400_000;
const LEAST_MEMBERS = 3;
/** A member has at least so many fellows: chance pairs and chains are no ring. */
const LEAST_FELLOWS = 2;
/** Of its pairs, a ring has at least this share joined. What is looser is a crowd: it is looked at again for a denser core. */
const LEAST_DENSITY = 0.3;

/** Reviewers that act as one, and on whom. */
export interface Ring {
  readonly members: readonly number[]; // reviewers
  readonly targets: readonly number[]; // subjects on which at least three of them, and a quarter, acted
  readonly density: number; // of all pairs of members, the share that is joined: 0 to 1
}

export interface Rings {
  readonly rings: readonly Ring[]; // the largest first
  readonly ringOf: Int32Array; // of each reviewer, −1 for none
  readonly fellows: Int32Array; // of each review: members of its author's ring that reviewed its subject within 14 days
}

/** Rings of the co-review graph. */
export function ringsOf(columns: ReviewColumns, options: CoReviewOptions = CO_REVIEW): Rings {
  const groups = groupsOf(coReviewEdges(columns, options), columns.reviewerCount);
  const ringOf = new Int32Array(columns.reviewerCount).fill(-1);
  for (const [ring, { members }] of groups.entries()) for (const member of members) ringOf[member] = ring;
  const targets = targetsOf(columns, ringOf, groups);
  const rings = groups.map(({ members, density }, ring) => ({
    members: [...members],
    targets: targets[ring]!,
    density,
  }));
  return { rings, ringOf, fellows: fellowsOf(columns, ringOf, options.togetherDays * DAY) };
}

interface Group {
  readonly members: Int32Array;
  readonly density: number;
}

/** Dense components of the graph's core, the largest first. Of a loose one, those of its ever denser cores. */
function groupsOf(edges: Int32Array, nodeCount: number): Group[] {
  const found: Group[] = [];
  let left = edges;
  for (let least = LEAST_FELLOWS; left.length > 0; least += 1 + (least >> 1)) {
    left = coreOf(left, nodeCount, least);
    const loose = new Uint8Array(nodeCount);
    for (const group of measured(left, nodeCount)) {
      if (group.density >= LEAST_DENSITY) found.push(group);
      else for (const member of group.members) loose[member] = 1;
    }
    left = edgesWhere(left, (one) => loose[one] === 1);
  }
  return found.toSorted((a, b) => b.members.length - a.members.length || a.members[0]! - b.members[0]!);
}

function measured(edges: Int32Array, nodeCount: number): Group[] {
  const components = componentsOf(edges, nodeCount).filter(({ length }) => length >= LEAST_MEMBERS);
  const componentOf = new Int32Array(nodeCount).fill(-1);
  for (const [index, members] of components.entries()) for (const member of members) componentOf[member] = index;
  const joined = new Int32Array(components.length);
  for (let e = 0; e < edges.length; e += 2) joined[componentOf[edges[e]!]!]!++;
  return components.map((members, index) => ({
    members,
    density: (2 * joined[index]!) / (members.length * (members.length - 1)),
  }));
}

/** Subjects on which at least three members, and a quarter of them, acted. */
function targetsOf({ reviewers, subjects }: ReviewColumns, ringOf: Int32Array, groups: readonly Group[]): number[][] {
  const actors = groups.map(() => new Map<number, Set<number>>());
  for (let row = 0; row < reviewers.length; row++) {
    const ring = ringOf[reviewers[row]!]!;
    if (ring < 0) continue;
    const known = actors[ring]!.get(subjects[row]!);
    if (known) known.add(reviewers[row]!);
    else actors[ring]!.set(subjects[row]!, new Set([reviewers[row]!]));
  }
  return actors.map((each, ring) => {
    const least = Math.max(LEAST_MEMBERS, groups[ring]!.members.length / 4);
    return [...each].filter(([, who]) => who.size >= least).map(([subject]) => subject);
  });
}

/** For each review of a member, how many fellows reviewed its subject about when it did. Linear: two pointers a subject. */
function fellowsOf(
  { reviewers, subjects, times, subjectCount }: ReviewColumns,
  ringOf: Int32Array,
  window: number,
): Int32Array {
  const fellows = new Int32Array(times.length);
  const isMembers = marksWhere(times.length, (row) => ringOf[reviewers[row]!]! >= 0);
  const { starts, rows } = groupBy(subjects, subjectCount, isMembers);
  const present = new Map<number, number>(); // by ring, between the two pointers
  for (let subject = 0; subject < subjectCount; subject++) {
    present.clear();
    let from = starts[subject]!;
    let to = from;
    const end = starts[subject + 1]!;
    const move = (place: number, by: number): void => {
      const ring = ringOf[reviewers[rows[place]!]!]!;
      present.set(ring, (present.get(ring) ?? 0) + by);
    };
    for (let place = from; place < end; place++) {
      const at = times[rows[place]!]!;
      while (to < end && times[rows[to]!]! <= at + window) move(to++, 1);
      while (times[rows[from]!]! < at - window) move(from++, -1);
      fellows[rows[place]!] = present.get(ringOf[reviewers[rows[place]!]!]!)! - 1;
    }
  }
  return fellows;
}
