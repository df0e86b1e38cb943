import { expect, it } from 'vitest';
import { memorySettings } from '../../src/db/embedded/settings.ts';

const GB = 1024 ** 3;

it('gives Postgres an eighth of the memory for its buffers, within bounds', () => {
  expect(memorySettings(8 * GB)).toEqual({ shared_buffers: '1024MB', effective_cache_size: '4096MB' });
  expect(memorySettings(GB / 2).shared_buffers).toBe('128MB');
  expect(memorySettings(256 * GB).shared_buffers).toBe('4096MB');
});
