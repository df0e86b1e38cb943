import { describe, expect, it } from 'vitest';
import { sequenceAudit } from '../../src/audit/sequence.ts';
import { inTransaction } from '../../src/db/tx.ts';
import { foldingsAt } from '../../src/grades/foldings.ts';
import { idsOf } from '../../src/kernel/global-id.ts';
import { voidReviews } from '../../src/reviews/void.commands.ts';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, NOW, takeEvents } from '../kit/events.ts';

const db = aDatabase();
const { ask } = anApi(db, { clock: () => NOW });

describe('a receipt', () => {
  it('has its place in the audit log, as soon as it has been given one', async () => {
    await takeEvents(db, eventsOf({ order: 'o-1', placed: 30, stars: 5, text: 'Fine.' }));
    const { data } = await ask('ADMIN', '{ merchant(externalId: "m-1") { reviews(first: 1) { nodes { id } } } }');
    const review = data.merchant.reviews.nodes[0].id as string;
    const [merchantId, id] = idsOf('Review', review);
    await inTransaction(db.pool, async (tx) =>
      voidReviews(
        tx,
        { reviews: [{ merchantId, id }], ground: 'SPAM', statement: 'Advertising.', voidedBy: 'ADMIN:alice' },
        { now: NOW, foldings: await foldingsAt(NOW)(tx) },
      ),
    );
    const placeOf = async () => {
      const answer = await ask(
        null,
        'query ($id: ID!) { node(id: $id) { ... on Review { void { receipt { logIndex } } } } }',
        { id: review },
      );
      return answer.data.node.void.receipt.logIndex;
    };

    expect(await placeOf()).toBeNull();
    await sequenceAudit(db.pool);
    expect(await placeOf()).toBe('0');
    const { rows } = await db.pool.query<object>('select actor, operation, subjects, note from audit_event');
    expect(rows).toEqual([
      {
        actor: 'ADMIN:alice',
        operation: 'voidReviews',
        subjects: [expect.stringMatching(/^ReversalReceipt:/), `Review:${merchantId}:${id}`],
        note: 'Advertising.',
      },
    ]);
  });
});
