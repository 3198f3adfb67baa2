import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { parseAllDocuments } from 'yaml';
import { startPlayground } from '../../playground/playground.ts';
import { openPage, startBrowser } from './browser.ts';

/** `npm run screenshots`: makes the pictures of the page in docs/images again, from a playground with an example. */
const root = join(import.meta.dirname, '../..');
const images = join(root, 'docs/images');

/** Traffic is on its way from blue to green, and one pod asks for a service name that no service can have. */
function manifests(): JsonObject[] {
  const text = readFileSync(join(root, 'examples/blue-green.yaml'), 'utf8')
    .replace('weight: 100', 'weight: 80')
    .replace(/weight: 0\b/, 'weight: 20');
  return parseAllDocuments(text).map((each) => each.toJS() as JsonObject);
}

const refused: JsonObject = {
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    ...{ name: 'invoices-1', namespace: 'orders' },
    annotations: {
      'eks-mesh-sync/cloud-map-namespace': 'orchard.local',
      'eks-mesh-sync/cloud-map-service': 'invoices v2',
    },
  },
  spec: { containers: [{ name: 'main', image: 'invoices' }] },
};

const ports = { awsPort: 4566, kubernetesPort: 0, pagePort: 0 };
const options = {
  exit: false,
  manifests: [],
  kubeconfig: undefined,
  awsEndpoint: undefined,
  ...ports,
} as const;
const playground = await startPlayground(options, console.log);
const browser = await startBrowser();
try {
  await playground.relayReady;
  playground.cluster?.apply(manifests());
  await shown('All is well: 2 pods');
  await sleep(2_000);
  await take('report-light.png', { colorScheme: 'light', viewport: { width: 1000, height: 1240 } });
  playground.cluster?.apply([refused]);
  await shown('1 problem: pod orders/invoices-1');
  await take('report-dark.png', { colorScheme: 'dark', viewport: { width: 1000, height: 1240 } });
  await take('report-phone.png', { colorScheme: 'light', viewport: { width: 360, height: 980 } });
} finally {
  await browser.close();
  await playground.close({ keepLog: false });
}

async function shown(text: string): Promise<void> {
  const { page, close } = await openPage(browser, playground.pageUrl ?? '');
  await page.locator('#sentence', { hasText: text }).waitFor({ timeout: 60_000 });
  await close();
}

async function take(file: string, settings: Parameters<typeof openPage>[2]): Promise<void> {
  const { page, close } = await openPage(browser, playground.pageUrl ?? '', {
    ...settings,
    reducedMotion: 'reduce',
  });
  await page.locator('#live-state', { hasText: 'Live' }).waitFor();
  const path = join(images, file);
  await page.screenshot({ path });
  console.log(`${relative(root, path)}: ${Math.round(statSync(path).size / 1000)} kB`);
  await close();
}
