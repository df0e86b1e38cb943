const textOf = new Map<string, string>();

/** Postgres cuts longer names, so that two could become one. */
const MAX_NAME_LENGTH = 63;

/** A prepared statement's name stands for one text for ever; a text that is put together needs the name ''. */
export function assertSameStatement(name: string, text: string): void {
  const known = textOf.get(name);
  if (known === text) return;
  if (known !== undefined) throw new Error(`two statements are named "${name}":\n${known}\n${text}`);
  if (name.length > MAX_NAME_LENGTH) throw new RangeError(`the statement name "${name}" is too long`);
  textOf.set(name, text);
}
