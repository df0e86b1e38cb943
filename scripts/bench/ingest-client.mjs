// Sends what each sender has to send, in its order, one request at a time over its own kept-alive connection; tells how that went as JSON.
import { readFileSync } from 'node:fs';
import http from 'node:http';

const { port, path, token, file } = JSON.parse(process.argv[2]);
const senders = JSON.parse(readFileSync(file, 'utf8')); // each a list of bodies
const times = [];
let failure = null;

const send = (agent, body) =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const request = http.request({ port, path, host: '127.0.0.1', method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.once('end', () => resolve({ status: response.statusCode, text }));
    });
    request.once('error', reject);
    request.end(body);
  });

async function sendAll(bodies) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (const body of bodies) {
    const startedAt = performance.now();
    const { status, text } = await send(agent, body);
    times.push(performance.now() - startedAt);
    if (status !== 200 || !/"rejected":\[\]/.test(text)) failure ??= text.slice(0, 500);
  }
  agent.destroy();
}

const startedAt = performance.now();
await Promise.all(senders.map(sendAll));
const seconds = (performance.now() - startedAt) / 1000;
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor((times.length - 1) * share)];
process.stdout.write(JSON.stringify({ seconds, failure, p50: at(0.5), p99: at(0.99) }));
