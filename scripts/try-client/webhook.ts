import { createHmac, randomBytes } from 'node:crypto';
import { CredenceError, verifyWebhook } from 'credence/client';

const secret = randomBytes(32);
const [id, timestamp, body] = ['msg_1', String(Math.floor(Date.now() / 1000)), '{"type":"grade.changed","data":{}}'];
const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
const key = `whsec_${secret.toString('base64')}`;

console.log((await verifyWebhook(body, headers, key)).payload.type);
try {
  await verifyWebhook(`${body} `, headers, key);
} catch (error) {
  console.log(error instanceof CredenceError && error.code);
}
