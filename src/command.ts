/** Where a command speaks: answers on `out`, all else on `err`. Lines end where the text says so. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What a command's module exports. `run` tells the exit status; a Refusal that it throws is wrong use. */
export interface CommandModule {
  readonly run: (args: string[], io: Io) => Promise<number>;
}

/** 0 done; 1 the answer is no; 2 wrong use; 3 something broke. */
export const EXIT = { DONE: 0, NO: 1, WRONG_USE: 2, BROKEN: 3 } as const;
