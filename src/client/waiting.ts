const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** How long to wait before trying again, `attempt` counted from 0: at random up to a bound that doubles, so that clients do not come back as one. */
export const backoffMs = (attempt: number, atLeastMs = 0): number =>
  atLeastMs + Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);

/** Waits; throws the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
