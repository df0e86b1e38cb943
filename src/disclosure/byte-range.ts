/** A part of a file: both ends are in it. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What a Range header asks of a file (RFC 9110, section 14): 'ALL' where it asks nothing that we know, and may ignore, 'NONE' where it asks for
 * what there is not. Several ranges at once are answered with the whole.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'ALL' | 'NONE' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'ALL';
  if (first === '') return suffix(Number(last), size);
  const [from, to] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
  if (last !== '' && Number(last) < from) return 'ALL'; // invalid, so to be ignored
  return from >= size ? 'NONE' : { from, to };
}

const suffix = (length: number, size: number): ByteRange | 'NONE' =>
  length === 0 || size === 0 ? 'NONE' : { from: Math.max(0, size - length), to: size - 1 };
