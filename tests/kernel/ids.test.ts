import { describe, expect, it } from 'vitest';
import { newId } from '../../src/kernel/ids.ts';

const AT = Date.UTC(2026, 10, 22);
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('new ids', () => {
  it('are UUIDs of version 7 that begin with their instant', () => {
    for (let i = 0; i < 1_000; i++) {
      const id = newId(AT + i);
      expect(id).toMatch(UUID_V7);
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(AT + i);
    }
  });

  it('of one millisecond are each larger than the one before, by what nobody can guess', () => {
    const ids = Array.from({ length: 100_000 }, () => newId(AT));
    expect(ids.every((id) => UUID_V7.test(id))).toBe(true);
    expect(ids.every((id, i) => i === 0 || id > ids[i - 1]!)).toBe(true);
    const steps = new Set(ids.slice(1).map((id, i) => BigInt(`0x${id.slice(24)}`) - BigInt(`0x${ids[i]!.slice(24)}`)));
    expect(steps.size).toBeGreaterThan(99_000);
  });

  it('of a time that comes again begin anew', () => {
    const [first, , again] = [newId(AT), newId(AT + 1), newId(AT)];
    expect(first.slice(0, 13)).toBe(again.slice(0, 13));
    expect(first).not.toBe(again);
  });
});
