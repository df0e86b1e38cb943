import { beforeAll, describe, expect, it } from 'vitest';
import { anApi, type Asker } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { anEvent, daysAgo, eventsOf, NOW } from '../kit/events.ts';
import { anInstallation } from '../kit/installation.ts';
import { orders, take } from '../grades/fixtures.ts';
import { aPartner, grant, withdraw, type APartner } from './kit.ts';

const db = aDatabase();
let now = NOW;
const api = anApi(db, { clock: () => now, installation: anInstallation() });
const NOTE = `adverseActionNote(locale: $locale) { partnerName level score range { lowest highest } cuts { level score }
  reasons { code text } complaint statement }`;

/** Bought often, and cost sellers much. */
const bad = Array.from({ length: 30 }, (_, i) => [
  ...eventsOf({ order: `o-${i}`, merchant: `m-${i}`, buyer: 'bad', placed: 60 - i }),
  ...(i % 3 === 0
    ? [anEvent('payment.chargeback', daysAgo(5), { order: `o-${i}`, cause: 'fraud', lostBy: 'BUYER' })]
    : []),
]).flat();

let bank: APartner;
let consentId: string;
let inquiryId: string;
beforeAll(async () => {
  await take(db, bad);
  await take(db, orders('weak', 20, { stars: 1 }));
  bank = await aPartner(api, 'Bank');
  consentId = (await grant(api, 'bad', bank.id)).consent.id;
  await bank.ask('{ buyer(externalId: "bad") { grade { level score } } }');
  const { data } = await bank.ask('{ buyer(externalId: "bad") { gradeInquiries { nodes { id } } } }');
  inquiryId = data.buyer.gradeInquiries.nodes[0].id;
});

const QUERY = `query ($id: ID!, $locale: String) { node(id: $id) { ... on GradeInquiry { taken ${NOTE} } } }`;
const noteFor = async (asker: Asker, locale?: string) =>
  (await api.ask(asker, QUERY, { id: inquiryId, locale })).data.node?.adverseActionNote;

describe('a note on an adverse action', () => {
  it('tells the subject its grade, where the cuts are, and at most four reasons against it', async () => {
    const note = await noteFor(['BUYER', 'buyer:bad']);
    const own = await api.ask(
      ['BUYER', 'buyer:bad'],
      '{ buyer(externalId: "bad") { grade { level score reasons { code text points } factors { kind points } } } }',
    );
    const { level, score, factors } = own.data.buyer.grade;
    const against = factors
      .filter(({ points }: { points: number }) => points <= -0.05)
      .toSorted((a: { points: number }, b: { points: number }) => a.points - b.points)
      .map(({ kind }: { kind: string }) => kind);

    expect(note).toMatchObject({ partnerName: 'Bank', level, score, range: { lowest: 300, highest: 850 } });
    expect(note.cuts.map((cut: { level: string }) => cut.level)).toEqual(['AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'C']);
    expect(against.length).toBeGreaterThan(0);
    expect(note.reasons.length).toBeLessThanOrEqual(4);
    expect(note.reasons.map(({ code }: { code: string }) => code).slice(0, 1)).toEqual(against.slice(0, 1));
    expect(
      note.reasons.every(({ code }: { code: string }) => against.includes(code) || /^(GATE|CAP)_/.test(code)),
    ).toBe(true);
    expect(note.statement).toBe(
      [
        `Bank asked for your grade on 2026-11-21 (UTC), to decide on credit. It was ${level}, with a score of ${score} (from 300 to 850).`,
        'The principal reasons:',
        ...note.reasons.map(({ text }: { text: string }, i: number) => `${i + 1}. ${text}`),
        '',
        note.complaint,
      ].join('\n'),
    );
    expect(note.complaint).toContain('https://credit.example');
  });

  it('speaks the language of the subject', async () => {
    const note = await noteFor(['BUYER', 'buyer:bad'], 'zh');

    expect(note.statement).toContain('主要原因：');
    expect(note.reasons[0].text).toMatch(/\p{Script=Han}/u);
  });

  it('tells it as it stood then, whatever came since, and after the consent is gone', async () => {
    const before = await noteFor('AUDITOR');
    now += 60_000;
    const more = [
      ...eventsOf({ order: 'late', merchant: 'm-0', buyer: 'bad', placed: 30 }),
      anEvent('payment.chargeback', daysAgo(1), { order: 'late', cause: 'fraud', lostBy: 'BUYER' }),
    ];
    await take(db, more, now);
    await withdraw(api, 'bad', consentId);

    expect(await noteFor('AUDITOR')).toEqual(before);
    expect((await bank.ask('{ buyer(externalId: "bad") { grade { level } } }')).code).toBe('CONSENT_WITHDRAWN');
    expect((await bank.ask(QUERY, { id: inquiryId })).data.node.adverseActionNote).toEqual(before);
  });

  it('is written down where a partner took it, and seen by the subject', async () => {
    const { data } = await api.ask(['BUYER', 'buyer:bad'], QUERY, { id: inquiryId });

    expect(data.node.taken).toEqual(['GRADE', 'REASONS']);
  });

  it('is for nobody else', async () => {
    const rival = await aPartner(api, 'Rival');

    for (const asker of [null, 'PARTNER', ['BUYER', 'buyer:weak-b0'], ['MERCHANT', 'merchant:weak']] as const)
      expect(await noteFor(asker)).toBeUndefined();
    expect((await rival.ask(QUERY, { id: inquiryId })).data.node).toBeNull();
  });

  it('of a merchant is asked for on its inquiries; of what was only shown there is none', async () => {
    await bank.ask('{ merchant(externalId: "weak") { grade { level } } }', {}, 'ONBOARDING');
    now += 1;
    await bank.ask('{ merchant(externalId: "weak") { grade { level } } }', {}, 'DISPLAY');
    now += 1;
    await bank.ask('{ merchant(externalId: "weak") { rating { count } } }');
    const { data } = await api.ask(
      ['MERCHANT', 'merchant:weak'],
      `query ($locale: String) { merchant(externalId: "weak") { grade { level score } gradeInquiries { nodes { purpose taken ${NOTE} } } } }`,
    );
    const [rating, shown, onboarding] = data.merchant.gradeInquiries.nodes;

    expect([rating, shown].map(({ adverseActionNote }) => adverseActionNote)).toEqual([null, null]);
    expect(onboarding).toMatchObject({
      purpose: 'ONBOARDING',
      taken: ['GRADE'],
      adverseActionNote: data.merchant.grade,
    });
    expect(onboarding.adverseActionNote.reasons.length).toBeGreaterThan(0);
  });
});
