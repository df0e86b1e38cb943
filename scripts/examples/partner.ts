import { createClient, GradesDocument, MerchantCredentialDocument, verifyCredential } from 'credence/client';

const url = process.env['CREDENCE_URL'] ?? 'http://localhost:4000';
const client = createClient({ url, apiKey: process.env['CREDENCE_API_KEY'], purpose: 'ONBOARDING' });

// A portfolio: up to 1,000 at once, in the order of the ids; null where one is unknown.
const externalIds = ['m-0001', 'm-unknown'];
const { grades } = await client.request(GradesDocument, { externalIds, subjectKind: 'MERCHANT' });
for (const [i, grade] of grades.entries()) console.log(`${externalIds[i]}: ${grade?.level ?? 'unknown'}`);

// A grade to be carried elsewhere, and what whoever gets it does.
const { merchant } = await client.request(MerchantCredentialDocument, { externalId: 'm-0001' });
if (merchant) {
  const verdict = await verifyCredential(merchant.gradeCredential.jwt, { issuer: url });
  console.log(verdict.isValid ? `signed by ${verdict.claims.issuer}, and not revoked` : verdict.message);
}

// All grades as of now, and from there every change, in order. A download that breaks off goes on where it was.
const all = await client.bulkExport({ subjectKind: 'MERCHANT' });
for await (const grade of all.grades()) console.log(`${grade.externalId}: ${grade.level}`);
const signal = AbortSignal.timeout(1_000); // without it, for ever
for await (const change of client.followChanges({ after: all.changesCursor, signal })) {
  console.log(`${change.subject?.externalId} went from ${change.before.level} to ${change.after.level}`);
  // Keep change.cursor: it is where to go on after a restart.
}
