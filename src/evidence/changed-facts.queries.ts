import { arraysOf, instant, text, uuid } from '../db/binary-rows.ts';
import { columns } from '../db/columns.ts';
import type { Tx } from '../db/tx.ts';

/** Where a fact is found. */
export interface FactPlace {
  readonly placeId: string; // the merchant under whom an order or a review is filed; of a qualification, its subject
  readonly id: string;
  readonly kind: 'ORDER' | 'REVIEW' | 'QUALIFICATION';
}

export interface ChangedFact extends FactPlace {
  /** From when there is something to see; now, unless given. */
  readonly dueAt?: number;
}

export interface WaitingFact extends FactPlace {
  readonly rowId: string;
  readonly tries: number;
}

export const addChangedFacts = (
  tx: Tx,
  facts: readonly (ChangedFact & { readonly rowId: string; readonly at: number })[],
): Promise<unknown> =>
  tx.query(
    'changed_facts.add',
    `insert into changed_fact (place_id, id, fact_id, kind, due_at)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[])`,
    arraysOf(
      facts,
      uuid((each) => each.placeId),
      uuid((each) => each.rowId),
      uuid((each) => each.id),
      text((each) => each.kind),
      instant((each) => each.at),
    ),
  );

/** The first that are due and that nobody else is at; held until the transaction ends. */
export const lockChangedFacts = (tx: Tx, now: Date, most: number): Promise<WaitingFact[]> =>
  tx.query(
    'changed_facts.lock',
    `select place_id as "placeId", id as "rowId", fact_id as id, kind, tries from changed_fact
      where due_at <= $1 order by due_at, id limit $2 for update skip locked`,
    [now, most],
  );

export const removeChangedFacts = (tx: Tx, facts: readonly WaitingFact[]): Promise<unknown> =>
  tx.query(
    'changed_facts.remove',
    `delete from changed_fact c using unnest($1::uuid[], $2::uuid[]) as done (place_id, id)
      where c.place_id = done.place_id and c.id = done.id`,
    columns(
      facts,
      (each) => each.placeId,
      (each) => each.rowId,
    ),
  );

export const postponeChangedFacts = (tx: Tx, facts: readonly WaitingFact[], until: Date): Promise<unknown> =>
  tx.query(
    'changed_facts.postpone',
    `update changed_fact c set due_at = $3, tries = c.tries + 1 from unnest($1::uuid[], $2::uuid[]) as late (place_id, id)
      where c.place_id = late.place_id and c.id = late.id`,
    [
      ...columns(
        facts,
        (each) => each.placeId,
        (each) => each.rowId,
      ),
      until,
    ],
  );
