// Asks one server as fast as it answers over kept-alive connections, one question at a time on each; tells how that went as JSON.
// On bare sockets, so that it leaves the processor to those that are measured.
import { readFileSync } from 'node:fs';
import net from 'node:net';

const { port, path, headers, connections, seconds, file } = JSON.parse(process.argv[2]);
const own = Object.entries(headers ?? {})
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
const questions = JSON.parse(readFileSync(file, 'utf8')).map((body) => {
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json\r\n${own}`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
});
const END_OF_CHUNKS = Buffer.from('\r\n0\r\n\r\n');

const times = [];
const sample = [];
let next = 0;
let failed = 0;
const until = performance.now() + seconds * 1000;

/** Whether the answer is whole. */
function isWhole(answer) {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const head = answer.subarray(0, headEnd).toString('latin1');
  const length = /content-length: (\d+)/i.exec(head);
  return length ? answer.length >= headEnd + 4 + Number(length[1]) : answer.subarray(-7).equals(END_OF_CHUNKS);
}

const ask = () =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let startedAt = 0;
    let answer = null;
    const send = () => {
      startedAt = performance.now();
      if (startedAt >= until) return void socket.end(resolve);
      socket.write(questions[next++ % questions.length]);
    };
    socket.once('connect', send);
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      answer = answer ? Buffer.concat([answer, chunk]) : chunk;
      if (!isWhole(answer)) return;
      times.push(performance.now() - startedAt);
      if (!answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 200')) || answer.includes('"errors"')) failed++;
      if (sample.length === 0) sample.push(answer.toString());
      answer = null;
      send();
    });
  });

const startedAt = performance.now();
await Promise.all(Array.from({ length: connections }, ask));
const took = (performance.now() - startedAt) / 1000;
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor((times.length - 1) * share)];
process.stdout.write(
  JSON.stringify({
    answered: times.length,
    failed,
    perSecond: times.length / took,
    p50: at(0.5),
    p99: at(0.99),
    sample: sample[0],
  }),
);
