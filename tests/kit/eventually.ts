import { setTimeout as pause } from 'node:timers/promises';

/** Waits until it is so; throws when that takes too long. */
export async function eventually(isSo: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it took too long');
    await pause(20);
  }
}
