/** A forked process ended before it listened. It has said why. */
export class CannotStart extends Error {
  readonly status: number;

  constructor(status: number | null) {
    super('a process could not start');
    this.name = 'CannotStart';
    this.status = status ?? 1; // null: by a signal
  }
}
