import type { ReviewColumns } from '../detection/columns.ts';
import type { Rating } from '../evaluate/network.ts';

/** A review or rating by anybody, honest or not, in the order of time or not yet. */
export interface Act {
  readonly reviewer: number;
  readonly subject: number;
  readonly at: number; // ms since 1970
  readonly valence: number; // hundredths of w
  readonly mark: Mark;
  readonly wentWell?: boolean; // its order, as far as was told; left out: it did, if orders are known at all
}
/** What is behind an act: nothing, an attack, the camouflage of one, or an author whom others have labelled fraudulent. */
export type Mark = 'HONEST' | 'FAKE' | 'CAMOUFLAGE' | 'LABELLED';

/** Acts as columns, in order of time, with what is behind each. */
export interface History {
  readonly columns: ReviewColumns;
  readonly marks: readonly Mark[];
}

/** A rating network's ratings; users are numbered as they come, as raters and as ratees apart. */
export function actsOf(ratings: readonly Rating[], labels?: ReadonlyMap<string, boolean>): Act[] {
  const raters = numbering();
  const ratees = numbering();
  return ratings.map(({ from, to, rating, time }) => ({
    reviewer: raters(from),
    subject: ratees(to),
    at: Math.round(time * 1000),
    valence: Math.round(rating * 10),
    mark: labels?.get(from) ? 'LABELLED' : 'HONEST',
  }));
}

function numbering(): (name: string) => number {
  const numbers = new Map<string, number>();
  return (name) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
}

export function historyOf(acts: readonly Act[]): History {
  const ordered = acts.toSorted((one, other) => one.at - other.at);
  const most = (key: 'reviewer' | 'subject'): number => ordered.reduce((max, act) => Math.max(max, act[key]), -1) + 1;
  return {
    columns: {
      reviewers: Int32Array.from(ordered, ({ reviewer }) => reviewer),
      subjects: Int32Array.from(ordered, ({ subject }) => subject),
      times: Float64Array.from(ordered, ({ at }) => at),
      valences: Int8Array.from(ordered, ({ valence }) => valence),
      reviewerCount: most('reviewer'),
      subjectCount: most('subject'),
      ...(ordered.some(({ wentWell }) => wentWell !== undefined) && {
        wentWell: Uint8Array.from(ordered, ({ wentWell }) => (wentWell === false ? 0 : 1)),
      }),
    },
    marks: ordered.map(({ mark }) => mark),
  };
}
