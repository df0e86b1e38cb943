import { setTimeout as pause } from 'node:timers/promises';

export interface Watch {
  /** Undefined when there is no answer. */
  readonly ask: () => Promise<unknown>;
  readonly everyMs: number;
  /** So many questions in a row without an answer, and it hangs. */
  readonly misses: number;
}

/** A question is waited for two seconds (`Exchange`): who hangs is found out within a quarter of a minute. */
export const PATIENT = { everyMs: 2_000, misses: 4 } as const;

/** Whether it hangs: it runs, and answers nothing. False when the signal ends the watch before. */
export async function hangs({ ask, everyMs, misses }: Watch, over: AbortSignal): Promise<boolean> {
  for (let missed = 0; missed < misses;) {
    await pause(everyMs, undefined, { signal: over }).catch(() => {}); // woken early when it is over
    const answer = over.aborted ? null : await ask();
    if (over.aborted) return false;
    missed = answer === undefined ? missed + 1 : 0;
  }
  return true;
}
