// The limit: no GraphQL at all. One prepared statement over a table in which the grade is precomputed, and JSON.
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const find = {
  name: 'find',
  text: `select external_id, name, level, score, average, count from bench_merchant where external_id = any($1)`,
};

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const { ids } = JSON.parse(Buffer.concat(chunks)).variables;
    const { rows } = await pool.query({ ...find, values: [ids] });
    const byId = new Map(rows.map((row) => [row.external_id, row]));
    const merchants = ids.map((id) => {
      const row = byId.get(id);
      if (!row) return null;
      const { name, level, score, average, count } = row;
      return { name, grade: { level, score }, rating: { average, count } };
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { merchants } }));
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
