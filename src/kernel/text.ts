/** Whether Postgres can hold the text: it has no NUL. What it cannot hold, it does not know. */
export const isStorable = (text: string): boolean => !text.includes('\0');
