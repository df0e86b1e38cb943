import { readFileSync } from 'node:fs';
import { DEFAULT_ALLOWANCES, parseAllowances } from './kernel/allowance.ts';
import { readManifest } from './kernel/manifest.ts';
import { flag, listOf, parsed, wholeNumber } from './setting.ts';

/** How much may be asked, what, from where, and for how long answers may be kept. */
export const ASKING_SETTINGS = {
  budgets: parsed(
    [
      'CREDENCE_BUDGETS',
      'how much callers may ask for, as `ROLE=MAXIMUM:RESTORED_PER_SECOND,…` in points of cost; `none`: as much as they like',
      'PUBLIC 10000:2000 for each address; BUYER 5000:500, MERCHANT 10000:1000, PARTNER 20000:2000, PLATFORM 100000:20000, staff 50000:5000 for each caller',
    ],
    parseAllowances,
    DEFAULT_ALLOWANCES,
  ),
  timeoutSeconds: wholeNumber(
    ['CREDENCE_TIMEOUT', 'seconds that a request may take; those of PLATFORM and staff three times as long', '10'],
    1,
    600,
    10,
  ),
  documents: parsed(
    [
      'CREDENCE_DOCUMENTS',
      'a JSON file of documents that may be asked for by their id: `{"ID": "text"}`, or Apollo\'s manifest',
      'none',
    ],
    (file) => readManifest(readFileSync(file, 'utf8')),
    null,
  ),
  isSafelisted: flag(
    ['CREDENCE_SAFELIST', '1: without a token only the documents of that file are run', '0'],
    () => false,
  ),
  cacheSeconds: wholeNumber(
    [
      'CREDENCE_CACHE',
      'for how many seconds caches between us may give an answer to a GET of anyone; 0: they ask each time whether it still holds',
      '0',
    ],
    0,
    86_400,
    0,
  ),
  corsOrigins: listOf(
    [
      'CREDENCE_CORS_ORIGINS',
      'the sites whose pages may call: `https://shop.example`, with commas between them',
      'none',
    ],
    /^https?:\/\/[^\s/*]+$/,
    'addresses like https://shop.example, without a path',
  ),
  maxSubscriptions: wholeNumber(
    ['CREDENCE_SUBSCRIPTIONS', 'how many subscriptions may be open in a process; as many sockets', '10000'],
    1,
    1_000_000,
    10_000,
  ),
  maxSubscriptionsOfACaller: wholeNumber(
    ['CREDENCE_SUBSCRIPTIONS_OF_A_CALLER', 'how many of these of one caller; of one partner, by whichever key', '100'],
    1,
    1_000_000,
    100,
  ),
} as const;
