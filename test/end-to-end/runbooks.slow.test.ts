import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedIdentity } from '../../playground/identity.ts';
import { playground as topology } from '../../playground/topology.ts';
import { pageOf, root } from '../docs/pages.ts';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';

const run = promisify(execFile);
const absent = ['aws', 'jq'].filter((command) => spawnSync(command, ['--help']).error !== undefined);
const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';
const folder = mkdtempSync(join(tmpdir(), 'runbooks-'));

let playground: RunningPlayground;

/** Runs the commands of a runbook, in their order, and answers what each printed. */
async function walkThrough(id: string, pod = ''): Promise<readonly string[]> {
  const path = `docs/runbooks/${id}.md`;
  const { blocks } = pageOf(path, readFileSync(join(root, path), 'utf8'));
  const printed: string[] = [];
  for (const { language, text } of blocks) if (language === 'sh') printed.push(await bash(text, pod));
  expect(printed).not.toEqual([]);
  return printed;
}

/** With the playground's address, and from the repository, whose `npm run` the commands use. */
async function bash(commands: string, pod: string): Promise<string> {
  const script = commands
    .replaceAll('http://127.0.0.1:4566', playground.aws)
    .replaceAll('--playground', `--playground ${playground.aws}`)
    .replaceAll('out.json', join(folder, 'out.json'))
    .replaceAll('<pod>', pod);
  const { PATH = '', HOME = '' } = process.env;
  const credentials = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-west-2',
  };
  const options = { cwd: root, env: { PATH, HOME, ...credentials } };
  const { stdout } = await run('bash', ['-c', `set -eo pipefail\n(${script}\n) | cat`], options);
  return stdout;
}

async function put(source: string, detail: object): Promise<void> {
  const { region, ...credentials } = embeddedIdentity;
  const client = new EventBridgeClient({ endpoint: playground.aws, region, credentials });
  const entry = {
    EventBusName: topology.eventBus,
    Source: source,
    DetailType: 'Pod Changed',
    Detail: JSON.stringify(detail),
  };
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  client.destroy();
  expect(FailedEntryCount).toBe(0);
}

const podChanged = (name: string, more: object = {}) => ({
  ...{ type: 'Pod Changed', version: 1, cluster: 'local', group: `local/shop/${name}`, change: 'Applied' },
  ...{ correlationId: `walk-${name}` },
  pod: {
    metadata: {
      ...{ namespace: 'shop', name, uid: name, resourceVersion: '7' },
      creationTimestamp: '2026-11-21T09:44:00Z',
    },
    ...{ spec: {}, status: {} },
  },
  ...more,
});

describe.skipIf(absent.length > 0)(`the runbooks, walked through in the playground${reason}`, () => {
  beforeAll(async () => {
    playground = await startPlaygroundProcess();
  }, 90_000);
  afterAll(async () => {
    await playground.interrupt();
    killPlaygrounds();
    rmSync(folder, { recursive: true });
  });

  it('dead-letters shows the object and the field of a message that cannot be processed', async () => {
    await put('eks-mesh-sync/local', podChanged('broken', { change: 'Moved' }));
    await expect
      .poll(async () => (await walkThrough('dead-letters')).join('\n'), { timeout: 30_000, interval: 500 })
      .toMatch(/Pod shop\/broken from cluster local: change/);
    const explained = await bash('npm run -s explain -- pod shop/broken --playground', '');
    expect(explained).toMatch(/correlation id walk-broken/);
  }, 60_000);

  it('forged-events shows who sent it, and that only its own cluster is allowed', async () => {
    await put('eks-mesh-sync/staging', podChanged('forged'));
    await expect
      .poll(async () => (await walkThrough('forged-events')).join('\n'), { timeout: 30_000, interval: 500 })
      .toMatch(
        /sent as eks-mesh-sync\/staging: expected the source eks-mesh-sync\/local: a relay may send only events of its own cluster/,
      );
  }, 60_000);

  it('drift-not-shrinking shows the instance that somebody else removed', async () => {
    const question = { namespace: 'howto-k8s-cloudmap.pvt.aws.local', service: 'colorapp' };
    const [first] = await playground.cloudMap.discover(question);
    const id = first?.InstanceId ?? '';
    const pod = first?.Attributes?.['k8s.io/pod'] ?? '';
    await playground.deregister(question, id);
    await expect
      .poll(async () => (await walkThrough('drift-not-shrinking', pod)).join('\n'), { timeout: 30_000 })
      .toMatch(
        new RegExp(
          `\\+ .*/colorapp ${id}, pod howto-k8s-cloudmap/${pod}[^]*Why: .*another program deregistered it`,
        ),
      );
  }, 60_000);

  it.each([
    ['queue-age', /"ApproximateNumberOfMessages": "\d+"/],
    ['throttling', /"ApproximateNumberOfMessages": "\d+"/],
    ['registration-lag', /colorapp/],
    ['relay-silent', /Plan for cluster local, from its api server/],
    ['service-nearly-full', /"service": "howto-k8s-cloudmap\.pvt\.aws\.local\/\w+",\s+"instances": \d+/],
    ['function-errors', /^\d+$/m],
    ['sweep-not-running', /^\d+$/m],
  ])(
    '%s has commands that print what it asks for',
    async (id, expected) => {
      expect((await walkThrough(id)).join('\n')).toMatch(expected);
    },
    60_000,
  );
});
