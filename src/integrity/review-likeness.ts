import type { Reader } from '../db/tx.ts';
import { likenessOf } from '../detection/minhash.ts';
import { markOf, NEAR, textIndex, type TextMark } from '../detection/near-duplicates.ts';
import { jaccardOf, shinglesOf } from '../detection/shingles.ts';
import { textsNear, textsOf, type FactKey } from './marks.queries.ts';

/** From this guess on, by signatures, likeness is counted: they are off by 0.05 or so. */
const WORTH_A_LOOK = 0.65;

/** A text to be compared, by its author; in order of time with the others of its batch. */
export interface AskedText extends FactKey {
  readonly authorId: string;
  readonly text: string | null;
  readonly occurredAt: number;
}
export interface Likened {
  readonly mark: TextMark | null; // null where it is too short for likeness to mean anything
  readonly likeness: number; // to the nearest earlier text by somebody else, Jaccard from 0.8 on; else 0
  readonly nearest: FactKey | null; // that text's review
}

/** Each text with those before it: in the tables, and in the batch itself. */
export async function likened(on: Reader, texts: readonly AskedText[]): Promise<Likened[]> {
  const marks = texts.map(({ text }) => (text === null ? null : markOf(text)));
  const found = marks.map((mark) => ({ mark, likeness: 0, nearest: null as FactKey | null }));
  for (const { place, other, text } of await nearInTables(on, texts, marks)) compare(place, other, text);
  const index = textIndex();
  for (const [place, mark] of marks.entries()) {
    if (!mark) continue;
    for (const { id, signature } of index.near(mark))
      if (texts[id]!.authorId !== texts[place]!.authorId && likenessOf(mark.signature, signature) >= WORTH_A_LOOK)
        compare(place, texts[id]!, texts[id]!.text!);
    index.add(place, mark);
  }
  return found;

  function compare(place: number, { merchantId, id }: FactKey, text: string): void {
    const likeness = jaccardOf(shinglesOf(texts[place]!.text!), shinglesOf(text));
    if (likeness < NEAR || likeness <= found[place]!.likeness) return;
    found[place] = { ...found[place]!, likeness, nearest: { merchantId, id } };
  }
}

async function nearInTables(
  on: Reader,
  texts: readonly AskedText[],
  marks: readonly (TextMark | null)[],
): Promise<{ place: number; other: FactKey; text: string }[]> {
  const bands = marks.flatMap((mark, place) =>
    [...(mark?.bands ?? [])].map((band) => ({
      place,
      band,
      at: new Date(texts[place]!.occurredAt),
      id: texts[place]!.id,
    })),
  );
  const near = (bands.length > 0 ? await textsNear(on, bands) : []).filter(
    ({ place, authorId, signature }) =>
      authorId !== texts[place]!.authorId &&
      likenessOf(marks[place]!.signature, signatureFrom(signature)) >= WORTH_A_LOOK,
  );
  if (near.length === 0) return [];
  const known = new Map((await textsOf(on, near)).map((each) => [each.id, each.text]));
  return near.flatMap(({ place, merchantId, id }) => {
    const text = known.get(id);
    return text == null ? [] : [{ place, other: { merchantId, id }, text }];
  });
}

/** Big-endian, four bytes a number. */
export function bytesOf(signature: Uint32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 * signature.length);
  signature.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

const signatureFrom = (bytes: Buffer): Uint32Array =>
  Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(4 * i));
