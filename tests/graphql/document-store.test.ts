import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { DocumentStore } from '../../src/graphql/document-store.ts';

it('the store of documents keeps the thousand that were asked for last', async () => {
  const store = new DocumentStore();
  const document = parse('{ __typename }');
  await store.set('first', document);
  for (let i = 0; i < 999; i++) await store.set(`d${i}`, document);
  expect(await store.get('first')).toBe(document); // asked for: the last in line again
  await store.set('one more', document);

  expect(await store.get('first')).toBe(document);
  expect(await store.get('d0')).toBeUndefined();
  expect(await store.get('d1')).toBe(document);
  expect(await store.delete('d1')).toBe(true);
  expect(await store.get('d1')).toBeUndefined();
});
