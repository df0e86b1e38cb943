import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/intake/mapping.ts';
import { loadMapping, SHIPPED } from '../../src/intake/mapping-files.ts';
import { parseMapping } from '../../src/intake/mapping-parse.ts';
import { aFile } from './import-kit.ts';

const sound = {
  name: 'shop',
  key: '{id}',
  events: [{ type: 'order.paid', at: 'day', data: { order: 'id' } }],
};
const event = (change: object) => ({ ...sound, events: [{ ...sound.events[0], ...change }] });
const placed = (change: object) =>
  event({
    type: 'order.placed',
    data: { order: 'id', merchant: 'm', buyer: 'b', currency: { value: 'CNY' }, amount: 'a', ...change },
  });

describe('a mapping', () => {
  it.each(SHIPPED)('%s comes with the program', (name) => {
    expect(loadMapping(name).name).toBe(name);
  });

  it('of the user’s own is read from its file', () => {
    expect(loadMapping(aFile(JSON.stringify(sound), 'own.json'))).toMatchObject({ name: 'shop', format: 'csv' });
  });

  it('that is not there is refused with the names that are', () => {
    expect(() => loadMapping('olst')).toThrow(/no mapping olst.*olist, ratings, orders, reviews, events/);
  });

  it('that is no JSON is refused', () => {
    expect(() => loadMapping(aFile('{', 'broken.json'))).toThrow(/broken\.json cannot be read/);
  });

  it.each<[string, unknown, string, RegExp?]>([
    ['no object', [], '$'],
    ['an unknown key', { ...sound, evnets: [] }, '$.evnets', /there are about, name/],
    ['no name', { ...sound, name: undefined }, '$.name'],
    ['a name that poses as another source', { ...sound, name: '../x' }, '$.name'],
    ['another format', { ...sound, format: 'xml' }, '$.format', /csv, cloudevents/],
    ['columns for CloudEvents', { name: 'x', format: 'cloudevents', key: '{id}' }, '$.key'],
    ['a long delimiter', { ...sound, delimiter: '::' }, '$.delimiter'],
    ['no key', { ...sound, key: undefined }, '$.key'],
    ['no events', { ...sound, events: [] }, '$.events'],
    ['an unknown type', event({ type: 'order.eaten' }), '$.events[0].type', /order\.placed/],
    ['no time', event({ at: undefined }), '$.events[0].at'],
    ['a type without its data', event({ data: {} }), '$.events[0].data.order', /missing/],
    [
      'a field of another type',
      event({ data: { order: 'id', stars: 's' } }),
      '$.events[0].data.stars',
      /there are order/,
    ],
    ['a required that is a text', event({ required: 'yes' }), '$.events[0].required'],
    ['a condition that is a text', event({ when: { status: 'paid' } }), '$.events[0].when.status'],
    ['two places for one value', event({ at: { column: 'a', firstOf: ['b'] } }), '$.events[0].at', /exactly one/],
    ['a cell with an unknown key', event({ at: { colum: 'a' } }), '$.events[0].at.colum'],
    ['days that are no number', event({ at: { column: 'a', plusDays: '7' } }), '$.events[0].at.plusDays'],
    [
      'days added to an id',
      event({ data: { order: { column: 'id', plusDays: 7 } } }),
      '$.events[0].data.order.plusDays',
    ],
    ['a sum of ids', event({ data: { order: { sum: ['a', 'b'] } } }), '$.events[0].data.order.sum'],
    ['lines that are no list', placed({ lines: 'p' }), '$.events[0].data.lines'],
    ['a line without its price', placed({ lines: [{ quantity: 'q' }] }), '$.events[0].data.lines[0].unitPrice'],
    ['whole units without a currency', { ...sound, money: { unit: 'major' } }, '$.money.currency'],
    ['a zone with a name', { ...sound, times: { zone: 'Brasilia' } }, '$.times.zone'],
    ['no header and no columns', { ...sound, header: 'maybe' }, '$.columns'],
  ])('with %s is refused at its place', (_, raw, place, more = /./) => {
    expect(() => parseMapping(raw)).toThrow(`The mapping is wrong at ${place}: `);
    expect(() => parseMapping(raw)).toThrow(more);
  });
});

describe('what the README tells of mappings', () => {
  const readme = fs.readFileSync(path.resolve(import.meta.dirname, '../../src/intake/README.md'), 'utf8');

  it('has an example that works', () => {
    const [, example] = /```json\n(.*?)```/s.exec(readme)!;
    expect(parseMapping(JSON.parse(example!)).events).toHaveLength(2);
  });

  it.each(['orders', 'reviews'])('names every column of %s, and no other', (name) => {
    const [, table] = new RegExp(`### Columns of \`${name}\`\n(.*?)\n###`, 's').exec(readme)!;
    const cells = [...table!.matchAll(/^\| *([a-z][\w, ·]*?) *\|/gim)].map(([, cell]) => cell!);
    const told = cells.filter((cell) => cell !== 'column').flatMap((cell) => cell.split(/[,·\s]+/));
    expect(told.toSorted()).toEqual([...columnsOf(loadMapping(name))].toSorted());
  });
});
