import { describe, expect, it } from 'vitest';
import { hangs } from '../../src/processes/watchdog.ts';

const NEVER = new AbortController().signal;
/** Answers as it is told, one after the other; from then on it is over. */
function asked(answers: readonly boolean[]) {
  const over = new AbortController();
  let next = 0;
  const ask = () => {
    if (next === answers.length - 1) over.abort();
    return Promise.resolve(answers[next++] ? null : undefined);
  };
  return { ask, over: over.signal, times: () => next };
}

describe('a process that answers nothing', () => {
  it('hangs when it has missed so many questions in a row, and no sooner', async () => {
    const { ask, times } = asked([false, false, true, false, false, false, true]);
    expect(await hangs({ ask, everyMs: 1, misses: 3 }, NEVER)).toBe(true);
    expect(times()).toBe(6);
  });

  it('does not hang that answers now and then, nor one that has ended', async () => {
    const { ask, over } = asked([false, false, true, false, false, true, false, false]);
    expect(await hangs({ ask, everyMs: 1, misses: 3 }, over)).toBe(false);
    expect(await hangs({ ask: () => Promise.resolve(undefined), everyMs: 1, misses: 1 }, AbortSignal.abort())).toBe(
      false,
    );
  });
});
