import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bulkExport } from './bench/exports.ts';
import { ingestGrowth } from './bench/growth.ts';
import { guards } from './bench/guards.ts';
import { checkOf, importOf, olistImport } from './bench/imports.ts';
import { hot, ingest } from './bench/ingest.ts';
import { misses } from './bench/misses.ts';
import { past } from './bench/past.ts';
import { penalizeAgainst } from './bench/penalty-limit.ts';
import { penalize } from './bench/penalty.ts';
import { points } from './bench/points.ts';
import { policyChange } from './bench/policies.ts';
import { giantGrade, storefront } from './bench/reads.ts';
import { rebuild } from './bench/rebuild.ts';
import { scans } from './bench/scans.ts';
import { processes } from './bench/processes.ts';
import { questions } from './bench/questions.ts';
import type { Result, Scenario } from './bench/scenario.ts';
import { sizes } from './bench/sizes.ts';
import { start } from './bench/start.ts';
import { subscribers } from './bench/subscribers.ts';
import { storefrontGrowth } from './bench/storefront-growth.ts';
import { storefrontAgainstPeers } from './bench/storefront.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  olist: olistImport,
  import: importOf,
  check: checkOf,
  sizes,
  rebuild,
  ingest,
  hot,
  'ingest-growth': ingestGrowth,
  storefront,
  peers: storefrontAgainstPeers,
  processes,
  questions,
  misses,
  'storefront-growth': storefrontGrowth,
  guards,
  giant: giantGrade,
  past,
  policies: policyChange,
  points,
  scan: scans,
  penalize: async (setting) => [...(await penalize(setting)), ...(await penalizeAgainst(setting))],
  export: bulkExport,
  subscribers,
  start,
};

/** Runs the scenarios that are named, or all, one after the other, each on a database of its own. Exits 1 if one misses its limit. */
async function main(args: readonly string[]): Promise<void> {
  const isJson = args.includes('--json');
  const orders = Number(args.find((arg) => arg.startsWith('--orders='))?.slice('--orders='.length) ?? 1_000_000);
  const asked = args.filter((arg) => !arg.startsWith('--'));
  const unknown = asked.find((name) => !Object.hasOwn(SCENARIOS, name));
  if (unknown !== undefined) {
    process.stderr.write(`bench: there is no scenario "${unknown}"; there are ${Object.keys(SCENARIOS).join(', ')}.\n`);
    process.exit(2);
  }
  const dir = mkdtempSync(path.join(os.tmpdir(), 'credence-bench-'));
  chmodSync(dir, 0o755); // Postgres may run under another account: what it cannot reach it would keep elsewhere, and nobody would remove it
  const results: Result[] = [];
  try {
    for (const name of asked.length > 0 ? asked : Object.keys(SCENARIOS)) {
      const found = await SCENARIOS[name]!({ dir, orders });
      results.push(...found);
      if (!isJson) for (const result of found) process.stdout.write(`${lineOf(result)}\n`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  if (isJson) process.stdout.write(`${JSON.stringify(results)}\n`);
  process.exitCode = results.every(({ isMet }) => isMet) ? 0 : 1;
}

const lineOf = ({ name, figure, unit, limit, isMet, spread }: Result): string =>
  `${isMet ? 'ok  ' : 'MISS'}  ${name.padEnd(46)} ${shortly(figure).padStart(9)} ${unit.padEnd(10)} ${limit}` +
  (spread ? `  (${shortly(spread[0])} to ${shortly(spread[1])})` : '');

const shortly = (figure: number): string => figure.toFixed(figure < 10 ? 2 : 0);

await main(process.argv.slice(2));
