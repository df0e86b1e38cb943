// The limit of taking events in: no GraphQL, no checks, nothing looked up or worked out. It reads a request, and writes in one transaction
// the rows that this house wrote of the same events elsewhere: prepared set-based statements and COPY, with their values at hand.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const pg = require('pg');
const { from } = require('pg-copy-streams');

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
let writes = new Map(); // by the id of a request's first event

const valueOf = (value) => (value?.binary === undefined ? value : Buffer.from(value.binary, 'base64'));

function load(file) {
  writes = new Map(
    JSON.parse(readFileSync(file, 'utf8')).map(([id, statements]) => [
      id,
      statements.map(({ values, rows, ...rest }) => ({
        ...rest,
        ...(values && { values: values.map(valueOf) }),
        ...(rows && { rows: valueOf(rows) }),
      })),
    ]),
  );
}

const copy = (client, { text, rows }) =>
  new Promise((resolve, reject) => client.query(from(text)).once('error', reject).once('finish', resolve).end(rows));

async function write(id) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const statement of writes.get(id)) await (statement.rows ? copy(client, statement) : client.query(statement));
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function answer(chunks, response) {
  try {
    const { variables, load: file } = JSON.parse(Buffer.concat(chunks));
    if (file) load(file);
    if (variables) await write(variables.input.events[0].id);
    response.end('{"rejected":[]}');
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => void answer(chunks, response));
});
server.listen(Number(process.env.PORT), '127.0.0.1');
