import type { Progress } from './import.ts';

const WIDTH = 24; // characters of the bar
const EVERY_MS = 100;

/** A line on a terminal that tells how far the import is. */
export class ProgressBar {
  readonly #write: (text: string) => void;
  readonly #clock: () => number; // ms, for rates alone
  #step: Progress['step'] | null = null;
  #stepAt = 0;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(write: (text: string) => void, clock: () => number) {
    this.#write = write;
    this.#clock = clock;
  }

  show({ step, done, total }: Progress): void {
    const now = this.#clock();
    if (step !== this.#step) {
      this.#step = step;
      this.#stepAt = now;
    } else if (now - this.#shownAt < EVERY_MS && done < total) return;
    this.#shownAt = now;
    const share = total === 0 ? 1 : done / total;
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    const seconds = (now - this.#stepAt) / 1000;
    this.#write(
      `\r\u001b[K${step === 'READING' ? 'Checking ' : 'Taking in'} ${bar}${percent}${tell(step, done, total, seconds)}`,
    );
  }

  /** Makes room for other words. */
  clear(): void {
    if (this.#step !== null) this.#write('\r\u001b[K');
  }
}

/** How many there are, how fast it goes, and how long it will take yet. */
function tell(step: Progress['step'], done: number, total: number, seconds: number): string {
  if (step === 'READING' || done === 0 || seconds < 1) return '';
  const rate = done / seconds;
  return `  ${count(done)} of ${count(total)} rows, ${count(rate)}/s, ${duration((total - done) / rate)} left`;
}

const count = (number: number) => Math.round(number).toLocaleString('en');

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
