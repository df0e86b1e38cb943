/** Writes `credence/client` as a package of its own, with nothing of the server: npm run -s client:pack [-- FOLDER] */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** This package, as whoever uses the client needs it. */
function manifestOfClient(): object {
  const { name, version, type, engines, files, exports, dependencies } = JSON.parse(
    fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  ) as Manifest;
  return {
    name,
    version,
    description: 'A client of Credence, the credit-scoring API of a marketplace.',
    type,
    engines,
    files,
    exports,
    sideEffects: false,
    dependencies: { jose: `^${dependencies['jose']}` },
    // Only for documents that were parsed with it.
    peerDependencies: { graphql: `^${dependencies['graphql']}` },
    peerDependenciesMeta: { graphql: { optional: true } },
  };
}

/** The path of the tarball. */
export function packClient(target: string): string {
  const stage = fs.mkdtempSync(path.join(os.tmpdir(), 'credence-pack-'));
  try {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', 'src/client', '--outDir', path.join(stage, 'dist')], { cwd: ROOT });
    fs.mkdirSync(path.join(stage, 'schema'));
    fs.copyFileSync(path.join(ROOT, 'schema/schema.graphql'), path.join(stage, 'schema/schema.graphql'));
    fs.copyFileSync(path.join(ROOT, 'src/client/README.md'), path.join(stage, 'README.md'));
    fs.writeFileSync(path.join(stage, 'package.json'), JSON.stringify(manifestOfClient(), null, 2));
    fs.mkdirSync(target, { recursive: true });
    const said = execFileSync('npm', ['pack', '--json', '--pack-destination', target], {
      cwd: stage,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const [{ filename }] = JSON.parse(said) as [{ readonly filename: string }];
    return path.join(target, filename);
  } finally {
    fs.rmSync(stage, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename)
  console.log(packClient(path.resolve(process.argv[2] ?? path.join(ROOT, 'dist'))));
