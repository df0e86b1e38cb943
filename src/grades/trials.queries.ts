import type { Copier } from '../db/snapshot.ts';
import type { Reader } from '../db/tx.ts';
import type { SubjectKind } from '../kernel/subject.ts';
import { COPIED_COLUMNS } from './posting-copy.ts';

/** The first and the last day with a deal of any subject of a kind, in UTC days since 1970. */
export const dealSpan = async (on: Reader, kind: number): Promise<{ first: number | null; last: number | null }> =>
  (
    await on.query<{ first: number | null; last: number | null }>(
      'deal_span',
      'select min(first_day) as first, max(last_day) as last from tally where subject_kind = $1',
      [kind],
    )
  )[0]!;

/** The next subjects of a kind with a book, and how many postings of each count. */
export const nextSubjects = (
  on: Reader,
  kind: number,
  after: string,
  limit: number,
): Promise<{ id: string; postings: number }[]> =>
  on.query(
    'next_subjects',
    `select subject_id as id, (select coalesce(sum(each), 0) from unnest(counts) as each)::float8 as postings
       from tally where subject_kind = $1 and subject_id > $2::uuid order by subject_id limit $3`,
    [kind, after, limit],
  );

/** All postings of these subjects, one subject after the other. Ids are ours: a statement of COPY takes no values. */
export const copyPostings = (on: Copier, subjectIds: readonly string[]): AsyncIterable<Buffer> =>
  on.copyOut(
    `copy (select ${COPIED_COLUMNS} from posting where subject_id = any('{${subjectIds.map(checkedId).join(',')}}'::uuid[])
             order by subject_id) to stdout (format binary)`,
  );

function checkedId(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new RangeError(`${id} is no id of ours`);
  return id;
}

/** In which category most of a merchant's products are; a product's own. Who is in none is not in the answer. */
export const categoriesOf = (
  on: Reader,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<{ id: string; category: string }[]> => {
  if (kind === 'MERCHANT')
    return on.query(
      'categories_of_merchants',
      `select merchant_id as id, mode() within group (order by category) as category from product
        where merchant_id = any($1::uuid[]) and category is not null group by merchant_id`,
      [ids],
    );
  if (kind === 'PRODUCT')
    return on.query(
      'categories_of_products',
      'select id, category from product where id = any($1::uuid[]) and category is not null',
      [ids],
    );
  return Promise.resolve([]);
};

/** The platform's own ids and names. */
export const namesOf = (
  on: Reader,
  ids: readonly string[],
): Promise<{ id: string; externalId: string; name: string | null }[]> =>
  on.query(
    'names_of_subjects',
    `select id, external_id as "externalId", name from merchant where id = any($1::uuid[])
     union all select id, external_id, name from buyer where id = any($1::uuid[])
     union all select id, external_id, name from product where id = any($1::uuid[])`,
    [ids],
  );

/** The median amount of finished deals by currency, in minor units, of currencies with enough of them. */
export const medianAmounts = (
  on: Reader,
  dealKinds: readonly number[],
  least: number,
): Promise<{ currency: string; amount: number }[]> =>
  on.query(
    'median_amounts',
    `select currency, percentile_disc(0.5) within group (order by amount) as amount from posting
      where kind = any($1::smallint[]) and amount > 0 and currency is not null group by currency having count(*) >= $2
      order by currency`,
    [dealKinds, least],
  );
