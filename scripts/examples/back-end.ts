import {
  BuyerStandingDocument,
  createClient,
  CredenceError,
  idempotencyKey,
  IngestEventsDocument,
  orThrow,
  RedeemPointsDocument,
  verifyWebhook,
} from 'credence/client';

const url = process.env['CREDENCE_URL'] ?? 'http://localhost:4000';
const client = createClient({ url, apiKey: process.env['CREDENCE_API_KEY'] });

// What happened. Sent twice, it counts once: so the client tries again by itself when the network fails.
const order = { order: 'o-1', merchant: 'm-0001', buyer: 'b-0001', currency: 'EUR', amount: 4900 };
const events = [{ id: 'e-1', source: 'shop', type: 'order.placed', time: new Date().toISOString(), data: order }];
const { ingestEvents } = await client.request(IngestEventsDocument, { input: { events } }, { isRepeatable: true });
console.log(`${ingestEvents.accepted} taken in, ${ingestEvents.rejected.length} rejected`);

// Points for a discount. The key is made of what it is for: whoever comes by twice takes them once.
const { buyer } = await client.request(BuyerStandingDocument, { externalId: 'b-0001' });
try {
  const about = { points: 500, purpose: 'Discount', reference: 'o-1', idempotencyKey: idempotencyKey('redeem', 'o-1') };
  const { redeemPoints } = await client.request(RedeemPointsDocument, { input: { holderId: buyer!.id, ...about } });
  console.log(`held: ${orThrow(redeemPoints).holdId}`);
} catch (error) {
  if (!(error instanceof CredenceError)) throw error;
  console.log(`no discount: ${error.code}`);
}

/** What we are told, for any server that speaks in Requests. The same message may come twice, under the same id. */
export async function onWebhook(request: Request): Promise<Response> {
  try {
    const secret = process.env['CREDENCE_WEBHOOK_SECRET'] ?? '';
    const { id, payload } = await verifyWebhook(await request.text(), request.headers, secret);
    console.log(`${id}: ${payload.type}`);
    return new Response(null, { status: 204 });
  } catch (error) {
    return new Response(error instanceof CredenceError ? error.code : null, { status: 400 });
  }
}
