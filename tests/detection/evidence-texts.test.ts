import { expect, it } from 'vitest';
import { CODES, type EvidenceCode } from '../../src/detection/llr.ts';
import { evidenceText } from '../../src/detection/texts.ts';

const rowOf = (code: EvidenceCode) => ({
  family: CODES[code],
  code,
  observed: 15,
  expected: 4.512,
  logLikelihoodRatio: 1,
  detail: {},
});

it.each(Object.keys(CODES) as EvidenceCode[])('%s is told in English and in Chinese, with its numbers', (code) => {
  const [english, chinese] = ['en', 'zh-CN'].map((locale) => evidenceText(rowOf(code), locale));
  expect(english).toMatch(/^[^{}()\p{Script=Han}]{10,}$/u);
  expect(chinese).toMatch(/^[^{}]*\p{Script=Han}[^{}]*$/u);
});

it('evidenceText rounds, and says where a number is unknown', () => {
  expect(evidenceText(rowOf('BURST'))).toBe('15 reviews in a week; its deliveries lead to expect 4.51');
  expect(evidenceText({ ...rowOf('BURST'), expected: null }, 'zh')).toBe('一周内 15 条评价（按发货量预计 ? 条）');
});

it('evidenceText tells one from many', () => {
  const texts = ([0, 1, 2] as const).map((observed) => evidenceText({ ...rowOf('NEW_REVIEWER'), observed }));
  expect(texts).toEqual(['Reviewer known for 0 days', 'Reviewer known for 1 day', 'Reviewer known for 2 days']);
});
