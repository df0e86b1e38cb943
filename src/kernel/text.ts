/** Whether Postgres can hold the text: it has no NUL. What it cannot hold, it does not know. */
export const isStorable = (text: string): boolean => !text.includes('\0');

/** The same text as the one object that the engine has of names: what it reads from JSON is that too, if short, and is found by its address. */
export const interned = (text: string): string => Object.keys({ [text]: true })[0]!;
