// Asks servers over kept-alive connections, as many questions as it is told, and says when all are answered.
import net from 'node:net';
import { parentPort } from 'node:worker_threads';

const CONNECTIONS = 8;
const pools = new Map();

const connect = (port) =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

const ask = (socket, question) =>
  new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const take = (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const headEnd = answer.indexOf('\r\n\r\n');
      const length = headEnd < 0 ? null : /content-length: (\d+)/i.exec(answer.subarray(0, headEnd).toString('latin1'));
      if (!length || answer.length < headEnd + 4 + Number(length[1])) return;
      socket.off('data', take);
      if (answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 200')) && !answer.includes('"errors"')) resolve();
      else reject(new Error(answer.toString()));
    };
    socket.on('data', take);
    socket.write(question);
  });

const work = async ({ port, bodies }) => {
  if (!pools.has(port)) pools.set(port, await Promise.all(Array.from({ length: CONNECTIONS }, () => connect(port))));
  const questions = bodies.map((body) => {
    const head =
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json\r\n';
    return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
  let next = 0;
  await Promise.all(
    pools.get(port).map(async (socket) => {
      while (next < questions.length) await ask(socket, questions[next++]);
    }),
  );
  parentPort.postMessage('done'); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has none
};

parentPort.on('message', (asked) => void work(asked));
