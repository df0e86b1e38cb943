const WORDS_A_SHINGLE = 3;
const CHARACTERS_A_SHINGLE = 3;
const MOST_CHARACTERS = 20_000; // of a text: the rest is not looked at

const HAN = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u;
const PIECES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}'])+/gu;

/**
 * What a text is made of, as hashes without repetition: runs of three words where words are parted by spaces, runs of three
 * characters where they are not (Chinese, Japanese). Case, width and punctuation do not count. A text too short for one run is one
 * shingle; a text without letters has none.
 */
export function shinglesOf(text: string): Uint32Array {
  const hashes = new Set<number>();
  const words: string[] = [];
  const flush = () => {
    addRuns(hashes, words, WORDS_A_SHINGLE, ' ');
    words.length = 0;
  };
  for (const [piece] of text.slice(0, MOST_CHARACTERS).normalize('NFKC').toLowerCase().matchAll(PIECES)) {
    if (!HAN.test(piece)) {
      words.push(piece);
      continue;
    }
    flush();
    addRuns(hashes, [...piece], CHARACTERS_A_SHINGLE, '');
  }
  flush();
  return Uint32Array.from(hashes);
}

function addRuns(hashes: Set<number>, parts: readonly string[], length: number, glue: string): void {
  if (parts.length === 0) return;
  if (parts.length < length) hashes.add(hashOf(parts.join(glue)));
  for (let i = 0; i + length <= parts.length; i++) hashes.add(hashOf(parts.slice(i, i + length).join(glue)));
}

/** FNV-1a over UTF-16 units, then murmur3's finish, so that near strings lie far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mixed(hash);
}

/** murmur3's finisher: every bit of the input moves every bit of the output. */
export function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Shared over all, 0 to 1; 0 where either is empty. */
export function jaccardOf(one: Uint32Array, other: Uint32Array): number {
  if (one.length === 0 || other.length === 0) return 0;
  const known = new Set(one);
  let shared = 0;
  for (const each of other) if (known.has(each)) shared++;
  return shared / (one.length + other.length - shared);
}
