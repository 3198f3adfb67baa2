import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeregisterInstanceCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Playground, startPlayground } from '../../playground/playground.ts';
import { overflowOf, violationsOf } from './accessibility.ts';
import { chromiumPath, openPage, startBrowser, type WatchedPage, withoutChromium } from './browser.ts';
import { background, focusedTag, scrollDown, scrolledBy } from './in-page.ts';

/** The page of a playground that runs the example with weights and a gateway. */
const example = join(import.meta.dirname, '../../examples/blue-green.yaml');
const manifests = parseAllDocuments(readFileSync(example, 'utf8')).map((each) => each.toJS() as JsonObject);
const service = 'orchard.local/orders';
const usual = { exit: false, manifests: [], kubeconfig: undefined, awsEndpoint: undefined } as const;

let browser: Browser;
let playground: Playground;
let watched: WatchedPage;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  const ports = { awsPort: 0, kubernetesPort: 0, pagePort: 0 };
  [browser, playground] = await Promise.all([
    startBrowser(),
    startPlayground({ ...usual, ...ports }, () => {}),
  ]);
  await playground.relayReady;
  apply(...manifests);
});
afterAll(async () => {
  await browser?.close();
  await playground?.close({ keepLog: false });
});

function apply(...objects: readonly JsonObject[]): void {
  playground.cluster?.apply(objects);
}

async function open(options = {}): Promise<WatchedPage> {
  const opened = await openPage(browser, playground.pageUrl ?? '', options);
  onTestFinished(async () => {
    expect(opened.faults).toEqual([]);
    await opened.close();
  });
  return opened;
}

/** The manifest of the example, changed. */
function changed(kind: string, name: string, change: (spec: never) => object): JsonObject {
  const found = manifests.find(
    (each) => each.kind === kind && (each.metadata as { name: string }).name === name,
  );
  if (found === undefined) throw new Error(`the example has no ${kind} ${name}`);
  return { ...found, spec: { ...(found.spec as object), ...change(found.spec as never) } } as JsonObject;
}

const scaled = (name: string, replicas: number) => changed('Deployment', name, () => ({ replicas }));

describe.skipIf(chromiumPath === undefined)(`the live page${withoutChromium}`, () => {
  beforeEach(async () => {
    watched = await open();
    await expect.poll(() => textOf('#services'), { timeout: 30_000 }).toContain('2 instances');
  });

  const textOf = async (selector: string) =>
    (await watched.page.locator(selector).first().textContent()) ?? '';
  const sentence = () => textOf('#sentence');

  it('says that all is well once the example is in sync', async () => {
    await expect
      .poll(sentence, { timeout: 20_000 })
      .toBe('All is well: 2 pods are registered in 1 service of Cloud Map from 1 cluster.');
    await expect.poll(() => textOf('#live-state')).toMatch(/^Live, read at \d\d:\d\d:\d\d UTC$/);
  });

  it('shows new instances without a reload, and keeps focus, scroll position, open details and the filter', async () => {
    const { page } = watched;
    const item = page.locator('details.item', { hasText: service });
    await item.locator('summary').first().click();
    await page.keyboard.press('/');
    await page.keyboard.type('orders');
    const summary = item.locator('summary').first();
    await summary.focus();
    await page.evaluate(scrollDown);
    const before = await page.evaluate(scrolledBy);
    apply(scaled('orders-blue', 3));
    await expect.poll(() => item.locator('tbody tr').count(), { timeout: 20_000 }).toBe(4);
    expect(await page.evaluate(scrolledBy)).toBe(before);
    expect(await page.evaluate(focusedTag)).toBe('SUMMARY');
    expect(await item.getAttribute('open')).toBe('');
    expect(await page.locator('#filter').inputValue()).toBe('orders');
    apply(scaled('orders-blue', 1));
    await expect.poll(() => item.locator('tbody tr').count(), { timeout: 20_000 }).toBe(2);
    expect(await page.evaluate(focusedTag)).toBe('SUMMARY');
  });

  it('keeps a chosen order and what is typed while rows come and go', async () => {
    const { page } = watched;
    const item = page.locator('details.item', { hasText: service });
    await item.locator('summary').first().click();
    const head = item.locator('th').first();
    await head.getByRole('button').click();
    await head.getByRole('button').click();
    apply(scaled('orders-green', 3));
    await expect.poll(() => item.locator('tbody tr').count(), { timeout: 20_000 }).toBe(4);
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const ids = await item.locator('tbody tr td:first-child').allTextContents();
    expect(ids).toEqual(ids.toSorted(new Intl.Collator('en', { numeric: true }).compare).toReversed());
    apply(scaled('orders-green', 1));
    await expect.poll(() => item.locator('tbody tr').count(), { timeout: 20_000 }).toBe(2);
  });

  // A browser may forget what a page of a file stored: it is tested here.
  it('keeps the chosen colours after a reload', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    const ground = () => page.evaluate(background);
    await page.locator('#theme').click();
    await expect.poll(ground).toBe('rgb(247, 247, 245)');
    await page.reload();
    await expect.poll(ground).toBe('rgb(247, 247, 245)');
  });

  it('draws changed weights', async () => {
    const labels = () => watched.page.locator('.edge-label').allTextContents();
    await expect.poll(labels).toEqual(expect.arrayContaining(['100 %', '0 %']));
    apply(
      changed('VirtualRouter', 'orders', ({ routes: [route] }: { routes: [Route] }) => ({
        routes: [{ ...route, httpRoute: weighted(route, [70, 30]) }],
      })),
    );
    await expect.poll(labels, { timeout: 20_000 }).toEqual(expect.arrayContaining(['70 %', '30 %']));
    expect(await textOf('#mesh')).toContain('70 % VirtualNode orders/orders-blue');
  });

  it('shows drift: an instance that somebody deregistered, and what the sweep finds', async () => {
    const { page } = watched;
    const client = new ServiceDiscoveryClient({
      ...{ endpoint: playground.awsUrl, region: 'us-west-2' },
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    const item = page.locator('details.item', { hasText: service });
    await item.locator('summary').first().click();
    const InstanceId = (await item.locator('tbody tr td:first-child').first().textContent()) ?? '';
    const ServiceId = /srv-\w+/.exec((await item.textContent()) ?? '')?.[0];
    await client.send(new DeregisterInstanceCommand({ ServiceId, InstanceId }));
    await expect
      .poll(() => textOf('#summary'), { timeout: 20_000 })
      .toMatch(/is not registered|in progress/i);
    await invoke('sweep', { cluster: 'local' });
    await expect.poll(() => textOf('#drift'), { timeout: 20_000 }).toContain('InstanceMissing');
    await expect.poll(sentence, { timeout: 60_000 }).toMatch(/^(All is well|No problem)/);
    client.destroy();
  });

  it('shows a refused pod with the reason, what to do and the command', async () => {
    const refused = {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: {
        ...{ name: 'refused', namespace: 'orders' },
        annotations: {
          'eks-mesh-sync/cloud-map-namespace': 'orchard.local',
          'eks-mesh-sync/cloud-map-service': 'a b',
        },
      },
      spec: { containers: [{ name: 'main', image: 'x' }] },
    };
    apply(refused as unknown as JsonObject);
    await expect
      .poll(sentence, { timeout: 20_000 })
      .toContain('pod orders/refused of cluster local is not registered (InvalidAnnotation)');
    expect(await textOf('#refusals')).toContain('pod orders/refused');
    expect(await textOf('#pods')).toContain(
      'npm run explain -- pod orders/refused --cluster local --playground',
    );
    await expect
      .poll(() => textOf('#announcement'), { timeout: 20_000 })
      .toContain('pod orders/refused of cluster local is not registered');
    const pod = playground.cluster?.api.get('pods', 'orders', 'refused');
    if (pod !== undefined) playground.cluster?.api.delete(pod);
  });

  it.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 320],
    ['dark', 320],
  ] as const)(
    'has no accessibility violation and no horizontal scrolling: %s, %d wide',
    async (colorScheme, width) => {
      const { page } = await open({ colorScheme, viewport: { width, height: 800 } });
      await expect.poll(() => page.locator('#live-state').textContent()).toMatch(/^Live/);
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      expect(await violationsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    },
  );
});

interface Route {
  readonly name: string;
  readonly httpRoute: { readonly action: { readonly weightedTargets: readonly object[] } };
}

function weighted({ httpRoute }: Route, weights: readonly number[]) {
  const weightedTargets = httpRoute.action.weightedTargets.map((target, index) => ({
    ...target,
    weight: weights[index],
  }));
  return { ...httpRoute, action: { ...httpRoute.action, weightedTargets } };
}

async function invoke(name: string, input: object): Promise<void> {
  const url = `${playground.awsUrl}/2015-03-31/functions/${name}/invocations`;
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/us-west-2/lambda/aws4_request' },
  });
  if (!response.ok) throw new Error(`${name} answers ${response.status}: ${await response.text()}`);
}
