import { Refusal } from '../../kernel/refusal.ts';

/** How many subscriptions may be open at once in this process. */
export interface Room {
  readonly inAll: number;
  readonly ofACaller: number;
}

/** Counts those that are open, by whose they are. */
export class OpenCount {
  readonly #room: Room;
  readonly #byCaller = new Map<string, number>();
  #inAll = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Throws where there is no room for one more. What it returns gives the place back, once. */
  take(caller: string): () => void {
    const own = this.#byCaller.get(caller) ?? 0;
    const { ofACaller, inAll } = this.#room;
    if (own >= ofACaller)
      throw new Refusal(
        'CONFLICT',
        'TOO_MANY_SUBSCRIPTIONS',
        `You have ${own} subscriptions open: as many as you may.`,
      );
    if (this.#inAll >= inAll)
      throw new Refusal('UNAVAILABLE', 'NO_ROOM', 'There are as many subscriptions open as there may be. Try later.');
    this.#byCaller.set(caller, own + 1);
    this.#inAll++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#inAll--;
      const left = this.#byCaller.get(caller)! - 1;
      if (left > 0) this.#byCaller.set(caller, left);
      else this.#byCaller.delete(caller);
    };
  }
}
