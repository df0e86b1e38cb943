/** One end of the channel that Node keeps between a process and one that it forked. */
export interface End {
  send(message: object, done: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

interface Message {
  readonly is: 'QUESTION' | 'ANSWER';
  readonly id: number; // of the question
  readonly what: string;
  readonly value: unknown; // as JSON has it
}

/** By what is asked. */
export type Answers = Readonly<Record<string, (value: unknown) => unknown>>;

const PATIENCE_MS = 2_000;

/** Questions and answers between two processes. */
export class Exchange {
  readonly #end: End;
  readonly #answers: Answers;
  readonly #waiting = new Map<number, (value: unknown) => void>();
  #asked = 0;

  constructor(end: End, answers: Answers) {
    this.#end = end;
    this.#answers = answers;
    end.on('message', (message) => this.#hear(message as Message));
  }

  /** Undefined when the other end does not answer: it is gone, or busy with something else. */
  async ask(what: string, value: unknown = null): Promise<unknown> {
    const id = ++this.#asked;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<unknown>((resolve) => {
      this.#waiting.set(id, resolve);
      timer = setTimeout(resolve, PATIENCE_MS, undefined);
      this.#send({ is: 'QUESTION', id, what, value });
    });
    return answer.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(id);
    });
  }

  #hear({ is, id, what, value }: Message): void {
    if (is === 'ANSWER') this.#waiting.get(id)?.(value);
    else if (is === 'QUESTION') void this.#answer(id, what, value);
  }

  async #answer(id: number, what: string, asked: unknown): Promise<void> {
    try {
      this.#send({ is: 'ANSWER', id, what, value: (await this.#answers[what]?.(asked)) ?? null });
    } catch {
      // without an answer, as if we were busy
    }
  }

  #send(message: Message): void {
    this.#end.send(message, ignoreLoss);
  }
}

/** The other end is gone: it does not matter any more. */
const ignoreLoss = (): void => {};
