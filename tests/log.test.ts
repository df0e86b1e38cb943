import { describe, expect, it } from 'vitest';
import { openLog, scrubbed } from '../src/log.ts';

const linesOf = (write: (log: ReturnType<typeof openLog>) => void): string[] => {
  const lines: string[] = [];
  write(openLog('info', { write: (line) => void lines.push(line) }));
  return lines;
};

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJBRE1JTiJ9.c2lnbmF0dXJlLW9mLWEtdG9rZW4';
const KEY = `crd_live_abcdef_${'0123456789abcdef'.repeat(4)}`;

describe('the log', () => {
  it('is a JSON object a line, whatever is in it', () => {
    const lines = linesOf((log) => log.info({ operation: 'a\nb\r\u001B[31m\u2028c', name: '"}\n{"level":60' }, 'x\ny'));

    expect(lines).toHaveLength(1);
    for (const character of '\n\r\u001B') expect(lines[0]!.trimEnd()).not.toContain(character);
    expect(JSON.parse(lines[0]!)).toMatchObject({ operation: 'a\nb\r\u001B[31m\u2028c', msg: 'x\ny' });
  });

  it.each(['authorization', 'cookie', 'token', 'password', 'secret', 'apiKey', 'variables', 'body', 'headers'])(
    'takes out %s, also within something else',
    (field) => {
      const [line] = linesOf((log) => log.info({ [field]: 'hush-1', request: { [field]: { a: 'hush-2' } } }, 'x'));

      expect(line).not.toContain('hush');
    },
  );

  it.each([
    ['a token', `jwt ${JWT} is bad`],
    ['a token at the end of a sentence', `jwt ${JWT}.`],
    ['an API key', `no such key: ${KEY}.`],
    ['a password in an address', 'postgresql://me:hunter2@db/credence failed'],
    ['an e-mail address', 'sent to alice.b+c@shop.example'],
    ['an address of the internet', 'from 203.0.113.7'],
  ])('takes %s out of what an error says', (_, message) => {
    const error = new Error(message, { cause: new Error(message) });
    const [line] = linesOf((log) => log.error({ err: error }, 'x'));

    expect(line).toContain('[redacted]');
    for (const secret of [JWT, KEY, 'hunter2', 'alice', '203.0.113.7']) expect(line).not.toContain(secret);
  });

  it("leaves out what the database says of rows beside an error's message", () => {
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      constraint: 'buyer_external_id_unique',
      detail: 'Key (external_id)=(Alice Bohm) already exists.',
      where: 'COPY buyer, line 1: "Alice Bohm"',
    });
    const [line] = linesOf((log) => log.error({ err: error }, 'x'));

    expect(line).not.toContain('Alice');
    expect(JSON.parse(line!)).toMatchObject({ err: { code: '23505', constraint: 'buyer_external_id_unique' } });
  });

  it('leaves ids, places in the code and ordinary words as they are', () => {
    const text = `column "name" of relation 0199a1b2-0000-7000-8000-000000000001 at file:///srv/app/node_modules/some-very-long-package-name/dist/index.js:10:5`;

    expect(scrubbed(text)).toBe(text);
  });
});
