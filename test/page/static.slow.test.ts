import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOf } from '../../shared/report/view/page.ts';
import { hostile, sampleReport } from '../report/sample-report.ts';
import { overflowOf, violationsOf } from './accessibility.ts';
import { chromiumPath, openPage, startBrowser, type WatchedPage, withoutChromium } from './browser.ts';
import { background, focusedId, focusedOutline, focusedText, scrollBehavior } from './in-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
const file = join(folder, 'report.html');
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, pageOf(sampleReport));
  if (chromiumPath !== undefined) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const url = pathToFileURL(file).href;
const open = (options = {}): Promise<WatchedPage> => openPage(browser, url, options);

describe.skipIf(chromiumPath === undefined)(`the page as a file${withoutChromium}`, () => {
  it.each(['light', 'dark'] as const)(
    'has no accessibility violation, wide and on a phone: %s',
    async (colorScheme) => {
      for (const width of [1200, 320]) {
        const { page, faults, close } = await open({ colorScheme, viewport: { width, height: 800 } });
        expect(await violationsOf(page)).toEqual([]);
        await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
        expect(await violationsOf(page)).toEqual([]);
        expect(faults).toEqual([]);
        await close();
      }
    },
  );

  it.each([320, 375, 768])('has no horizontal scrolling at a width of %d', async (width) => {
    const { page, close } = await open({ viewport: { width, height: 800 } });
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
    expect(await overflowOf(page)).toBe(0);
    await close();
  });

  it('shows hostile names as text, and runs nothing of them', async () => {
    const { page, faults, close } = await open();
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
    const text = await page.locator('main').textContent();
    for (const name of [hostile.tag, hostile.script, hostile.quotes, hostile.url, hostile.template])
      expect(text).toContain(name);
    expect(text).toContain('عربة-التسوق\\u202Egnp.exe');
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await page.locator('img, iframe, object, embed, main script').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('says since when a cluster is drained, and how many of its pods are not registered for that', async () => {
    const { page, close } = await open();
    const [drained, other] = await page.locator('#clusters article, .cards article').allTextContents();
    expect(drained).toMatch(/Drained since\s*2026-\S+.*: none of its pods is registered/s);
    expect(drained).toContain('5 drained');
    expect(other).not.toContain('rained');
    await close();
  });

  it('filters rows by all words, says how many match, and shows all again', async () => {
    const { page, close } = await open();
    const rows = page.locator('#pod-rows tbody tr:visible');
    expect(await rows.count()).toBe(4);
    await page.keyboard.press('/');
    await page.keyboard.type('coredns nothing');
    await expect.poll(() => rows.count()).toBe(1);
    await expect.poll(() => page.locator('#filter-result').textContent()).toMatch(/^1 of \d+ rows match$/);
    await page.keyboard.press('Escape');
    await expect.poll(() => rows.count()).toBe(4);
    await expect.poll(() => page.locator('#filter-result').textContent()).toBe('');
    await close();
  });

  it('sorts a table by a column, and says so', async () => {
    const { page, close } = await open();
    const first = () => page.locator('#pod-rows tbody tr').first().textContent();
    await page.getByRole('button', { name: 'State' }).first().focus();
    const head = page.locator('#pod-rows th').first();
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(await first()).toContain('kube-system/coredns-1');
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await first()).not.toContain('coredns');
    await close();
  });

  it('is walked through by keyboard: skip link, filter, sections, services', async () => {
    const { page, close } = await open();
    const focused = () => page.evaluate(focusedText);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: 8 });
    await page.keyboard.press('Enter');
    expect(await page.evaluate(focusedId)).toBe('main');
    await page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^pod shop\//);
    await page.locator('details.item > summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details.item').first().getAttribute('open')).toBe('');
    // Whatever has the focus shows it.
    for (let step = 0; step < 25; step += 1) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(focusedOutline);
      expect(outline).toBe('solid');
    }
    await close();
  });

  it('follows the colours of the system, and a choice wins over them', async () => {
    const { page, close } = await open({ colorScheme: 'dark' });
    const ground = () => page.evaluate(background);
    expect(await ground()).toBe('rgb(18, 20, 24)');
    const button = page.locator('#theme');
    await button.click();
    expect([await button.textContent(), await ground()]).toEqual(['Colours: light', 'rgb(247, 247, 245)']);
    await close();
  });

  it('does not move for readers who want no motion', async () => {
    const { page, close } = await open({ reducedMotion: 'reduce' });
    const behaviour = await page.evaluate(scrollBehavior);
    expect(behaviour).toBe('auto');
    await page.evaluate('document.querySelector("[data-row]").classList.add("changed")');
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
    await close();
  });

  it('can be read without its script', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    expect(await page.locator('#sentence').textContent()).toMatch(/^3 problems: /);
    expect(await page.locator('#theme, #filter-form').filter({ visible: true }).count()).toBe(0);
    await close();
  });
});
