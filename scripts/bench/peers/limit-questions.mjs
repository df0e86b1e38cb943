// The limit of the longer questions: no GraphQL, prepared statements, JSON. What can be precomputed is.
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const ask = (name, text, values) => pool.query({ name, text, values }).then(({ rows }) => rows);

/** One merchant with its precomputed grade, and its last 20 reviews with replies. */
async function detail({ id }) {
  const [merchant] = await ask('shown', 'select subject_id, shown from bench_detail where external_id = $1', [id]);
  if (!merchant) return { merchant: null };
  const reviews = await ask(
    'reviews',
    `select r.stars, r.text, r.occurred_at, r.status, p.text as reply, p.replied_at
       from review r left join review_reply p on p.merchant_id = r.merchant_id and p.review_id = r.id
      where r.merchant_id = $1 and r.status in ('COUNTED', 'VOIDED') and r.retracted_at is null
      order by r.occurred_at desc, r.id desc limit 20`,
    [merchant.subject_id],
  );
  const nodes = reviews.map(({ stars, text, occurred_at: occurredAt, status, reply, replied_at: repliedAt }) => ({
    stars,
    text,
    occurredAt,
    status,
    reply: reply === null ? null : { text: reply, repliedAt },
  }));
  return { merchant: { ...merchant.shown, reviews: { nodes } } };
}

/** What a ledger adds up to at a moment: one sum over its entries. */
async function history({ id, at }) {
  const rows = await ask(
    'sum',
    `select p.kind, count(*)::int as count, sum((1 - p.revision % 2 * 2) * coalesce(p.amount, 1) / (1 + p.pair_rank)
              * power(2, extract(epoch from p.occurred_at - $2::timestamptz) / 31536000))::float8 as sum
       from posting p where p.subject_id = (select id from merchant where external_id = $1) and p.occurred_at <= $2
      group by p.kind`,
    [id, at],
  );
  return { merchant: { grade: rows } };
}

/** The precomputed grades of those buyers who consent, and a row for each that it was asked for. */
async function partner({ ids }) {
  const grades = await ask(
    'grades',
    `with found as (
       select b.id, b.external_id, s.level, s.score from unnest($1::text[]) as asked (external_id)
         join buyer b using (external_id) left join standing s on s.subject_id = b.id and s.policy_id = $2
        where exists (select from consent c where c.subject_id = b.id and c.partner_id = $3 and c.purpose = 'CREDIT_DECISION'
                                              and c.ended_at is null and c.until > now())),
     noted as (insert into bench_inquiry (subject_id, partner_id, at) select id, $3, now() from found)
     select external_id, level, score from found`,
    [ids, process.env.POLICY_ID, process.env.PARTNER_ID],
  );
  const byId = new Map(grades.map((row) => [row.external_id, row]));
  return { grades: ids.map((id) => byId.get(id) ?? null) };
}

const ANSWERS = { '/detail': detail, '/history': history, '/partner': partner };

http
  .createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const { variables } = JSON.parse(Buffer.concat(chunks));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: await ANSWERS[request.url](variables) }));
    });
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
