import type { AuditEntry } from '../db/audit.ts';

/** Within one minute: how many kinds of one actor, and how many in all, get rows of their own. What is beyond shares one. */
const MOST_OF_ACTOR = 5;
const MOST_IN_ALL = 60;

const MINUTE_MS = 60_000;
export const minuteOf = (now: number): number => Math.floor(now / MINUTE_MS);

/** What was refused within one minute, by actor, operation and code. */
export class RefusedMinute {
  readonly minute: number;
  private readonly counts = new Map<string, { readonly first: AuditEntry; more: number }>();
  private readonly kindsOf = new Map<string, number>();

  constructor(now: number) {
    this.minute = minuteOf(now);
  }

  /** The row to be entered now, when it is the first of its kind; the others are counted. */
  add(entry: AuditEntry): AuditEntry | null {
    const own = JSON.stringify([entry.actor, entry.operation, entry.code]);
    if (this.hasCounted(own)) return null;
    if (this.counts.size >= MOST_IN_ALL) return this.begin('*', { ...withoutKind(entry), ...CROWD });
    const kinds = this.kindsOf.get(entry.actor) ?? 0;
    if (kinds >= MOST_OF_ACTOR) return this.begin(`* ${entry.actor}`, withoutKind(entry));
    this.kindsOf.set(entry.actor, kinds + 1);
    return this.begin(own, entry);
  }

  /** A row for each kind of which there were more than its first. */
  rest(): AuditEntry[] {
    return [...this.counts.values()].flatMap(({ first, more }) => (more > 0 ? [{ ...first, times: more }] : []));
  }

  private begin(key: string, first: AuditEntry): AuditEntry | null {
    if (this.hasCounted(key)) return null;
    this.counts.set(key, { first, more: 0 });
    return first;
  }

  private hasCounted(key: string): boolean {
    const known = this.counts.get(key);
    if (known) known.more++;
    return known !== undefined;
  }
}

const withoutKind = (entry: AuditEntry): AuditEntry => ({ ...entry, operation: '*', code: '*', subjects: [] });
const CROWD = { actor: '*', role: null, requestId: null } as const;
