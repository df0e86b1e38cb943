import { createRequire } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const { resolve } = createRequire(import.meta.url);
const report = process.env['CREDENCE_TEST_REPORT'];

/** They use `vi.mock`. */
const MOCKING = [
  'tests/evidence/checkpoints.test.ts',
  'tests/evidence/past.test.ts',
  'tests/evidence/sheet.test.ts',
  'tests/grades/past-moments.test.ts',
  'tests/intake/import-files.test.ts',
  'tests/intake/plain-orders.test.ts',
];

export default defineConfig({
  // graphql 16 ships index.js, which Node loads, and index.mjs, which Vite would pick: there must be one of it only.
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: resolve('graphql') },
      { find: 'credence/client', replacement: path.resolve(import.meta.dirname, 'src/client/index.ts') },
    ],
  },
  test: {
    globalSetup: ['tests/kit/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Loading the house takes a second: files share a process, but for those that put something else in a module's place.
    projects: [
      { extends: true, test: { name: 'shared', include: ['tests/**/*.test.ts'], exclude: MOCKING, isolate: false } },
      { extends: true, test: { name: 'alone', include: MOCKING } },
    ],
    ...(report && { reporters: ['default', ['json', { outputFile: report }]] }),
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Settings of the machine do not reach the tests.
    env: { NODE_ENV: 'test', DATABASE_URL: '', CREDENCE_TOKEN_SECRET: '', CREDENCE_HASH_SECRET: '' },
  },
});
