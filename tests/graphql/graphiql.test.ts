import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { anApi } from '../kit/api.ts';
import { aDatabase } from '../kit/database.ts';
import { eventsOf, takeEvents } from '../kit/events.ts';

/** Debian's package; playwright-core brings no browser of its own. */
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!existsSync(CHROMIUM))('GraphiQL in a browser (skipped where /usr/bin/chromium is absent)', () => {
  const db = aDatabase();
  const api = anApi(db);

  it('answers its first query, asks no other host, and logs no error', async () => {
    await takeEvents(db, eventsOf({ order: 'o-1', merchant: 'm-0001', placed: 30, stars: 5 }));
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
      const page = await browser.newPage();
      const strange: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(api.server.address) && !request.url().startsWith('data:'))
          strange.push(request.url());
      });
      page.on('pageerror', (error) => strange.push(error.message));
      await page.goto(`${api.server.address}/graphql`);
      await page.click('button[aria-label*="Execute"]');
      const answer = page.locator('.result-window');
      await answer.getByText('NOT_RATED').waitFor();

      expect(await answer.textContent()).toContain('"average"');
      expect(strange).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
