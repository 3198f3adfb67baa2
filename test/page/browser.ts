import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine: the variable CHROMIUM, or where Debian installs it. */
export const chromiumPath = env.CHROMIUM ?? usual.find((path) => existsSync(path));

/** For the name of a test that is skipped. */
export const withoutChromium =
  chromiumPath === undefined ? ' (skipped: no chromium; apt-get install chromium, or set CHROMIUM)' : '';

export async function startBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('there is no chromium');
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

/** A page, and what it must not do: errors on its console, and requests to anything but its own address. */
export interface WatchedPage {
  readonly page: Page;
  readonly faults: string[];
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => faults.push(`error: ${message}`));
  const own = new URL(url);
  page.on('request', (request) => {
    const { protocol, host, pathname } = new URL(request.url());
    const isOwn = own.protocol === 'file:' ? pathname === own.pathname : host === own.host;
    if (!isOwn && protocol !== 'data:') faults.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}
