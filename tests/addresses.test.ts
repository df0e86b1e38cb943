import { describe, expect, it } from 'vitest';
import { isRange, isWithin } from '../src/addresses.ts';

describe('a range of addresses', () => {
  it.each(['192.0.2.7', '192.0.2.0/24', '0.0.0.0/0', '::1', '2001:db8::/32', '2001:DB8::1/128'])('is %s', (text) => {
    expect(isRange(text)).toBe(true);
  });

  it.each([
    '',
    '192.0.2',
    '192.0.2.0/33',
    '192.0.2.0/',
    '192.0.2.0/-1',
    '192.0.2.0/2.5',
    '::/129',
    'fe80::1%eth0',
    'a b',
  ])('is not "%s"', (text) => {
    expect(isRange(text)).toBe(false);
  });

  it.each<[string, string, boolean]>([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['192.0.2.0/24', '::ffff:192.0.3.9', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '2001:db8::1', true],
    ['192.0.2.0/24', 'nonsense', false],
    ['192.0.2.0/24', '', false],
  ])('%s holds %s: %s', (range, address, isHeld) => {
    expect(isWithin([range], address)).toBe(isHeld);
    expect(isWithin(['203.0.113.0/24', range], address)).toBe(isHeld);
  });

  it('that is none holds nothing', () => {
    expect(isWithin([], '::1')).toBe(false);
  });
});
