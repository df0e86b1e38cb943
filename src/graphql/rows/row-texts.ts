import type { CompiledQuery } from 'graphql-jit';
import type { Call } from '../../access/call.ts';
import { besideOf, holdMade, MADE_PLACES, type Made, type MadePlace } from '../../access/remembering.ts';
import type { SteadyField } from '../../feature.ts';
import type { Plan } from '../cost/plan.ts';
import { pointsOf, Priced } from '../cost/points.ts';

const MINUTE = 60_000;
const OWN_BYTES = 100; // of a text, beside its characters
let queries = 0;

/** What a query says of a row, as JSON: for as long as the row is remembered, the rules are the same, and time changes nothing. */
export class RowText extends Priced implements Made {
  readonly text: string;
  readonly of: RowTexts;
  readonly under: string;
  /** Whole minutes: worked out in which since 1970, and for how many before and after it holds. */
  readonly minute: number;
  readonly minutes: number;

  constructor(text: string, points: number, of: RowTexts, under: string, minute: number, minutes: number) {
    super(points);
    this.text = text;
    this.of = of;
    this.under = under;
    this.minute = minute;
    this.minutes = minutes;
  }

  get bytes(): number {
    return this.text.length + OWN_BYTES;
  }
}

/** The texts of one selection. */
export class RowTexts {
  readonly #place: MadePlace = MADE_PLACES[queries++ % MADE_PLACES.length]!;
  readonly #run: CompiledQuery['query'];
  readonly #plan: Plan;
  readonly #fields: readonly SteadyField[];
  readonly #rules: ReadonlySet<(call: Call) => string | null>;

  /** `run`: the selection over `{ rows }`. */
  constructor(run: CompiledQuery['query'], plan: Plan, fields: readonly SteadyField[]) {
    this.#run = run;
    this.#plan = plan;
    this.#fields = fields;
    this.#rules = new Set(fields.flatMap(({ under }) => under ?? []));
  }

  /** By which rules all of it is answered now. */
  under(call: Call): string | null {
    let names = '';
    for (const rules of this.#rules) {
      const name = rules(call);
      if (name === null) return null;
      names = names === '' ? name : `${names} ${name}`;
    }
    return names;
  }

  /** Undefined: it has to be worked out. */
  recall(row: object, under: string, now: number): RowText | undefined {
    const kept = besideOf(row)?.[this.#place] as RowText | null | undefined;
    const holds =
      kept?.of === this && kept.under === under && Math.abs(Math.floor(now / MINUTE) - kept.minute) < kept.minutes;
    return holds ? kept : undefined;
  }

  /** Null: it did not go well, and has to be asked in another way. */
  async work(call: Call, rows: readonly object[], under: string): Promise<readonly RowText[] | null> {
    const { data, errors } = await this.#run({ rows }, call, {});
    if (errors || !data) return null;
    return (data as { rows: Record<string, unknown>[] }).rows.map((answer, i) => {
      const row = rows[i]!;
      const minutes = Math.floor(this.#holdsMs(call, row) / MINUTE);
      const minute = Math.floor(call.now / MINUTE);
      const text = new RowText(JSON.stringify(answer), pointsOf(this.#plan, answer), this, under, minute, minutes);
      if (minutes > 0) holdMade(call.db.pool, row, this.#place, text);
      return text;
    });
  }

  #holdsMs(call: Call, row: object): number {
    let least = Number.MAX_SAFE_INTEGER;
    for (const { holdsMs } of this.#fields) if (holdsMs) least = Math.min(least, holdsMs(call, row as never));
    return least;
  }
}
