import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runEvaluate } from '../../src/evaluate/evaluate.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/bitcoin-alpha', import.meta.url));
const isHere = existsSync(DATA);
const alpha = { network: join(DATA, 'ratings.csv'), labels: join(DATA, 'labels.csv') };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runEvaluate(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out, err };
}

const evaluate = (network: string, ...more: string[]) =>
  run('ratings', '--network', network, '--out', join(folder, 'out'), ...more);
const written = (name: string) => readFileSync(join(folder, 'out', name), 'utf8');
const metrics = () => JSON.parse(written('metrics.json'));

const SMALL =
  'from,to,rating,time\nann,shop,10,1500000000\nben,shop,-5,1500600000\ncho,shop,3,1500600000\nann,other,1,1499000000\n';

describe('evaluate ratings', () => {
  it('writes a prediction for each rating in order of time, ties in the file’s order', async () => {
    expect(await evaluate(file('small.csv', SMALL))).toMatchObject({ status: 0, err: [] });

    const [header, ...rows] = written('predictions.csv').trim().split('\n');
    expect(header).toBe('index,from,to,time,badProbability');
    expect(rows.map((row) => row.split(',').slice(0, 4).join())).toEqual([
      '0,ann,other,1499000000',
      '1,ann,shop,1500000000',
      '2,ben,shop,1500600000',
      '3,cho,shop,1500600000',
    ]);
    const [first, second, third, fourth] = rows.map((row) => Number(row.split(',')[4]));
    expect(first).toBeCloseTo(0.1, 12);
    expect(second).toBeLessThan(0.1); // by one who has praised before
    expect(third).toBeLessThan(0.1); // after a good rating
    expect(fourth).toBeGreaterThan(third!); // after a bad one
  });

  it('writes what it holds of each rater', async () => {
    await evaluate(file('small.csv', SMALL));

    const [header, ...rows] = written('raters.csv').trim().split('\n');
    expect(header).toBe('rater,suspicion,reliability,experience,tenureDays');
    const ann = rows
      .find((row) => row.startsWith('ann,'))!
      .split(',')
      .map(Number);
    expect(ann.slice(2)).toEqual([0.8, 0, expect.closeTo(11.574, 3)]);
    expect(rows.every((row) => Number(row.split(',')[1]) > 0 && Number(row.split(',')[1]) < 1)).toBe(true);
  });

  it('predicts from earlier ratings only: a later one changes no earlier prediction', async () => {
    await evaluate(file('small.csv', SMALL));
    const before = written('predictions.csv');
    await evaluate(file('more.csv', `${SMALL}dan,shop,-10,1500600001\n`));

    expect(written('predictions.csv').startsWith(before)).toBe(true);
  });

  it('reads a file without a header, with quotes, CRLF, a byte order mark and columns in another order', async () => {
    await evaluate(file('plain.csv', SMALL.slice(SMALL.indexOf('\n') + 1)));
    const plain = written('predictions.csv');
    const turned =
      '\uFEFFtime,rating,to,from\r\n1500000000,10,shop,"ann"\r\n1500600000,-5,shop,ben\r\n1500600000,3,shop,cho\r\n1499000000,1,other,ann\r\n';
    await evaluate(file('turned.csv', turned));

    expect(written('predictions.csv')).toBe(plain);
  });

  it('learns p0 from the network where a policy sets only k: the share of good ratings so far', async () => {
    await evaluate(file('small.csv', SMALL), '--policy', file('k2.json', '{"prior":{"k":2}}'));
    const [first, second] = written('predictions.csv').trim().split('\n').slice(1);

    // Odds of 1/2 for the ratee, times the strictness of one whose only rating, 1e6 s ago, was good.
    const praised = 2 ** (-1e6 / (90 * 86_400));
    const odds = (1 / 2) * ((2 / 3 / (praised + 4 / 3)) * 2);
    expect([first, second].map((row) => Number(row!.split(',')[4]))).toEqual([
      expect.closeTo(1 / 2, 12),
      expect.closeTo(odds / (1 + odds), 12),
    ]);
  });

  it('says undefined where nothing negative happened, instead of failing', async () => {
    await evaluate(file('kind.csv', 'a,b,1,1500000000\nb,a,1,1500000001\n'));
    expect(metrics().p2).toMatchObject({ auc: null, ap: null, n: 1, negatives: 0 });
    expect(metrics().p1).toBeUndefined();
  });

  it.each([
    ['rating', 'a,b,1,1500000000\na,b,eleven,1500000000', /^bad\.csv line 2 has a rating of "eleven"; it must be/],
    ['rating', 'a,b,11,1500000000', /^bad\.csv line 1 has a rating of "11"/],
    [
      'time',
      'from,to,rating,time\na,b,1,1500000000000',
      /^bad\.csv line 2 has a time of "1500000000000"; .* Unix seconds/,
    ],
    ['time', 'a,b,1,2\na,b,1,yesterday', /^bad\.csv line 1 has a time of "2"/],
    ['columns', 'a,b,1,1500000000\na,b', /^bad\.csv line 2 has a rating of nothing/],
    ['columns', 'a,,1,1500000000', /^bad\.csv line 1 must be from,to,rating,time/],
    ['rows', '', /^bad\.csv has no ratings/],
    ['rows', 'from,to,rating,time\n', /^bad\.csv has no ratings/],
    ['quotes', 'a,b,"1,1500000000', /^bad\.csv is not CSV/],
  ])('refuses a file with bad %s in one line, with status 2', async (_, content, complaint) => {
    const { status, out, err } = await evaluate(file('bad.csv', content));

    expect({ status, out }).toEqual({ status: 2, out: [] });
    expect(err).toEqual([expect.stringMatching(complaint)]);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('refuses bad labels and bad policies likewise', async () => {
    const network = file('small.csv', SMALL);
    const because = async (flag: string, content: string) => {
      const { status, err } = await evaluate(network, flag, file('given', content));
      expect([status, err.length]).toEqual([2, 1]);
      return err[0];
    };

    expect(await because('--labels', 'user,label\nann,maybe\n')).toMatch(/^given line 2 must be user,label/);
    expect(await because('--labels', 'user,label\n')).toMatch(/^given has no labels/);
    expect(await because('--policy', '{')).toMatch(/is not JSON$/);
    expect(await because('--policy', '[]')).toBe('the document: must be an object');
    expect(await because('--policy', '{"prior":{"k":0}}')).toBe('prior.k: must be greater than 0');
    expect(await because('--policy', '{"key":"mine"}')).toBe('subjectKind: is missing');
    expect(await because('--policy', '{"subjectKind":"BUYER"}')).toMatch(/^masses\.\w+: is no posting kind of a BUYER/);
  });

  it.each([
    [[], /can evaluate ratings only/],
    [['people', '--network', 'n', '--out', 'o'], /can evaluate ratings only/],
    [['ratings', '--out', 'o'], /needs --network FILE/],
    [['ratings', '--network', 'n'], /needs --out DIR/],
    [['ratings', '--network', 'n', '--out', 'o', '--fast'], /--fast/],
    [['ratings', '--network', '/no/such/file', '--out', 'o'], /^cannot read \/no\/such\/file \(ENOENT\)$/],
  ])('says how it is used for %j, with status 2', async (args, complaint) => {
    const { status, err } = await run(...args);
    expect(status).toBe(2);
    expect(err).toEqual([expect.stringMatching(complaint)]);
  });

  it('tells its usage when asked', async () => {
    expect(await run('--help')).toEqual({
      status: 0,
      out: [expect.stringMatching(/^Usage: evaluate ratings/)],
      err: [],
    });
  });

  it('has status 3 where it cannot write', async () => {
    const { status, err } = await evaluate(file('small.csv', SMALL), '--out', join(file('taken', ''), 'out'));
    expect(status).toBe(3);
    expect(err).toHaveLength(1);
  });
});

describe.skipIf(!isHere)('evaluate on Bitcoin Alpha (skipped where ../shared/data is absent)', () => {
  it('meets the measured bars of the definition', async () => {
    expect(await evaluate(alpha.network, '--labels', alpha.labels)).toMatchObject({ status: 0, err: [] });

    const { p1, p2, p2OfRatees } = metrics();
    expect(p2).toMatchObject({ n: 12_093, negatives: 1249 });
    expect(p2.auc).toBeGreaterThanOrEqual(0.86);
    expect(p2.ap).toBeGreaterThanOrEqual(0.577);
    expect(p2.ece).toBeLessThanOrEqual(0.04);
    expect(p2OfRatees.auc).toBeGreaterThanOrEqual(0.8355); // .836: the definition alone
    expect(p2OfRatees.ap).toBeGreaterThanOrEqual(0.54);
    expect(p1).toMatchObject({ n: 216, fraudulent: 81 });
    expect(p1.auc).toBeGreaterThanOrEqual(0.8095); // .810
    expect(p1.ap).toBeGreaterThanOrEqual(0.7505); // .751
    expect(p1.tenure.auc).toBeGreaterThanOrEqual(0.838);
    expect(p1.tenure.ap).toBeGreaterThanOrEqual(0.7725); // .773
  });

  it('meets them with k = 2 and p0 learnt from the network', async () => {
    await evaluate(alpha.network, '--policy', file('k2.json', '{"prior":{"k":2}}'));

    expect(metrics().p2.auc).toBeGreaterThanOrEqual(0.907);
    expect(metrics().p2OfRatees.auc).toBeGreaterThanOrEqual(0.842);
    expect(metrics().p2OfRatees.ap).toBeGreaterThanOrEqual(0.558);
  });
});
