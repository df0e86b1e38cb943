import { createClient, MerchantCardDocument, MerchantReviewsDocument } from 'credence/client';

const client = createClient({ url: process.env['CREDENCE_URL'] ?? 'http://localhost:4000' });
const externalId = 'm-0001';

const { merchant } = await client.request(MerchantCardDocument, { externalId });
if (merchant) {
  const { grade, rating } = merchant;
  console.log(`${externalId} is ${grade.level}, with ${rating.average ?? 'no'} stars by ${rating.count} reviews`);
}

// Page by page, as they are needed.
for await (const review of client.each(MerchantReviewsDocument, { externalId }, (data) => data.merchant?.reviews)) {
  console.log(`${review.stars} ★ ${review.text ?? ''}`);
}
