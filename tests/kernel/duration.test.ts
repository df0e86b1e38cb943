import { expect, it } from 'vitest';
import { durationSeconds } from '../../src/kernel/duration.ts';

it.each([
  ['90s', 90],
  ['15m', 900],
  ['1h', 3600],
  ['30d', 2_592_000],
])('reads %s', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

it.each(['', 'h', '1', '1.5h', '-1h', '1 h', '1H', '1h30m', '9999999999s'])('does not read %j', (text) => {
  expect(durationSeconds(text)).toBeNull();
});
