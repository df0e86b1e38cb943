import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globalId, ID_PARTS, idsOf, readGlobalId, type Ids, type IdType } from '../../src/kernel/global-id.ts';

const aType = fc.constantFrom(...(Object.keys(ID_PARTS) as IdType[]));
const anId = aType.chain((type) => {
  const count = ID_PARTS[type];
  return fc.record({ type: fc.constant(type), ids: fc.array(fc.uuid(), { minLength: count, maxLength: count }) });
});
const encoded = (text: string) => Buffer.from(text).toString('base64url');
const MERCHANT = '0199a1b2-0000-7000-8000-000000000001';
const REVIEW = '0199a1b2-0000-7000-8000-000000000002';

describe('a global id', () => {
  it('is read as it was made', () => {
    fc.assert(
      fc.property(anId, ({ type, ids }) => {
        const text = globalId(type, ...(ids as Ids<typeof type>));
        expect(readGlobalId(text)).toEqual({ type, ids });
      }),
    );
  });

  it.each([
    ['padding', (text: string) => `${text}=`],
    ['a space', (text: string) => ` ${text}`],
    ['stray bits', (text: string) => text.replace(/.$/, (last) => String.fromCodePoint(last.codePointAt(0)! + 1))],
  ])('has one text only: none with %s', (_, other) => {
    expect(() => readGlobalId(other(globalId('Review', MERCHANT, REVIEW)))).toThrow(
      expect.objectContaining({ code: 'ID_INVALID' }),
    );
  });

  it.each([
    ['empty', ''],
    ["the platform's own", 'm-0001'],
    ['a bare UUID', MERCHANT],
    ['far too long', 'x'.repeat(10_000)],
    ['of a type without an id', encoded('Merchant:')],
    ['of a UUID in another writing', encoded(`Merchant:${MERCHANT.toUpperCase()}`)],
    ['of too many parts', encoded(`Merchant:${MERCHANT}:${REVIEW}`)],
    ['of too few parts', encoded(`Review:${REVIEW}`)],
    ['of something that every object has', encoded(`constructor:${MERCHANT}`)],
    ['followed by something', encoded(`Merchant:${MERCHANT}\0`)],
  ])('is not %s', (_, text) => {
    expect(() => readGlobalId(text)).toThrow(expect.objectContaining({ kind: 'INVALID', code: 'ID_INVALID' }));
  });

  it('never breaks, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => readGlobalId(text)).toThrow(expect.objectContaining({ code: 'ID_INVALID' }));
      }),
    );
  });

  it('is refused where another type is asked for', () => {
    expect(idsOf('Merchant', globalId('Merchant', MERCHANT))).toEqual([MERCHANT]);
    expect(() => idsOf('Buyer', globalId('Merchant', MERCHANT))).toThrow(
      expect.objectContaining({ kind: 'INVALID', code: 'ID_OF_ANOTHER_TYPE' }),
    );
  });
});
