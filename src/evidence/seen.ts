const BITS = 2 ** 26; // 8 MB: of four million, the pairs and days of a million orders, one in two hundred is taken for seen
const PROBES = 3;
const TAIL = [24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35] as const; // of a UUIDv7, 48 bits of chance

/**
 * Which rows of pairs and days an import has asked for: those that it has not are new, unless they were there before it. Whoever trusts
 * in that copies them in, and fails where one was: then nothing is trusted any more, and all are looked up. A Bloom filter: it may take for
 * seen what is not, which is then looked up in vain.
 */
export class Seen {
  readonly #bits = new Uint32Array(BITS / 32);
  isTrusted = true;

  /** Whether this pair was asked for before, or may be there for some other reason. From now on it was. */
  hasPair(subjectId: string, counterparty: string): boolean {
    return this.hasPairOf(tailOf(subjectId), tailOf(counterparty));
  }

  /** The same by the tails of their ids. */
  hasPairOf(subject: number, counterparty: number): boolean {
    return this.#has(subject, (counterparty + OTHER) | 0);
  }

  /** The same of a day. */
  hasDay(subjectId: string, day: number): boolean {
    return this.hasDayOf(tailOf(subjectId), day);
  }

  hasDayOf(subject: number, day: number): boolean {
    return this.#has((subject + 2 * OTHER) | 0, Math.imul(day, 0x9e3779b1));
  }

  #has(one: number, other: number): boolean {
    let at = mixed(one ^ mixed(other));
    const step = mixed(at ^ one) | 1;
    let isThere = true;
    for (let i = 0; i < PROBES; i++, at = (at + step) | 0) {
      const word = (at >>> 5) & (BITS / 32 - 1);
      const bit = 1 << (at & 31);
      if ((this.#bits[word]! & bit) === 0) {
        isThere = false;
        this.#bits[word]! |= bit;
      }
    }
    return isThere || !this.isTrusted;
  }
}

const OTHER = 0x3c6ef372; // so that a subject is told from a counterparty, and from one with a day

/** A number made of what is chance in an id. */
export function tailOf(id: string): number {
  let hash = 0;
  for (const place of TAIL) hash = Math.imul(hash, 31) + id.charCodeAt(place);
  return hash | 0;
}

/** The finalizer of MurmurHash3. */
function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
