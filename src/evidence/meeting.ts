import type { Book, FirstMove, Meeting, Pair } from './book.ts';

/** Follows the first live posting of a pair through a transaction. Its count of live postings has been moved already. */
export function followFirst(book: Book, counterparty: string, pair: Pair, sign: 1 | -1, entry: FirstMove): void {
  if (sign === 1) followGain(book, counterparty, pair, entry);
  else followLoss(book, counterparty, pair, entry);
}

function followGain(book: Book, counterparty: string, pair: Pair, entry: FirstMove): void {
  const { firstAt } = pair;
  const { occurredAt } = entry;
  if (firstAt !== null && occurredAt > firstAt) return;
  if (firstAt === occurredAt && !book.meetings.get(counterparty)?.isUnsure) return;
  const meeting = meetingOf(book, counterparty, pair);
  meeting.setBy = entry;
  meeting.isUnsure = false;
  pair.firstAt = occurredAt;
}

function followLoss(book: Book, counterparty: string, pair: Pair, entry: FirstMove): void {
  const { occurredAt } = entry;
  const wasFirst = occurredAt === pair.firstAt;
  if (!wasFirst && pair.live > 0 && occurredAt !== book.meetings.get(counterparty)?.before) return;
  const meeting = meetingOf(book, counterparty, pair);
  if (occurredAt === meeting.before) meeting.lostBy = entry;
  meeting.isUnsure = pair.live > 0 && (meeting.isUnsure || wasFirst);
  if (pair.live === 0) pair.firstAt = null;
}

function meetingOf(book: Book, counterparty: string, pair: Pair): Meeting {
  let meeting = book.meetings.get(counterparty);
  if (!meeting) {
    meeting = { before: pair.firstAt, setBy: null, lostBy: null, isUnsure: false };
    book.meetings.set(counterparty, meeting);
  }
  return meeting;
}
