import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKubectl } from '../../tools/helm.ts';
import { type RunningPlayground, startPlaygroundProcess } from '../harness/playground.ts';
import { type AnObject, appliedLine, kubectlFor, objectsIn } from './run.ts';
import { fragments, missingVectors, substituted, wholeFiles, yelbFiles } from './vectors.ts';

const tool = findKubectl();
const reason = tool.reason === undefined ? '' : ` (skipped: ${tool.reason})`;
const withoutVectors = missingVectors === undefined ? '' : ` (skipped: ${missingVectors})`;
const timeout = 40_000;
const team = (name: string) => new URL(`../../../examples/teams/${name}.yaml`, import.meta.url).pathname;
const meshKinds = 'mesh,virtualnode,virtualservice,virtualrouter,virtualgateway,gatewayroute';

describe.skipIf(tool.path === undefined)(`kubectl apply against a running playground${reason}`, () => {
  let playground: RunningPlayground;
  let kubectl: ReturnType<typeof kubectlFor>;
  const nothing = join(mkdtempSync(join(tmpdir(), 'kubectl-')), 'nothing.yaml');

  beforeAll(async () => {
    writeFileSync(nothing, 'apiVersion: v1\nkind: Namespace\nmetadata: { name: empty }\n');
    playground = await startPlaygroundProcess('--manifest', nothing);
    kubectl = kubectlFor(tool.path ?? '', playground.kubernetes);
  }, 60_000);
  afterAll(() => playground?.interrupt());

  const get = async (...args: readonly string[]) =>
    JSON.parse((await kubectl('get', ...args, '-o', 'json')).stdout);
  const instances = async (service: string) =>
    (await playground.cloudMap.discover({ namespace: 'store.local', service })).map(
      ({ InstanceId = '' }) => InstanceId,
    );
  const podIPs = async (namespace: string, selector: string) =>
    ((await get('pods', '-n', namespace, '-l', selector)).items as { status: { podIP: string } }[])
      .map(({ status }) => status.podIP)
      .sort();
  /** Of each mesh object whose condition is not True: `VirtualNode/front NotMember`. */
  const notActive = async () => {
    const { items } = (await get(meshKinds, '-A')) as { items: (AnObject & { status?: Status })[] };
    return items.flatMap(({ kind, metadata, status }) => {
      const active = status?.conditions?.find(({ type }) => type === `${kind}Active`);
      return active?.status === 'True' ? [] : [`${kind}/${metadata.name} ${active?.reason}`];
    });
  };

  it.each(['payments-helm', 'catalog-statefulset', 'platform-daemonset', 'reporting-jobs'])(
    'takes %s whole, and a second time without a change',
    async (name) => {
      const objects = objectsIn(team(name));
      const applied = await kubectl('apply', '-f', team(name));
      expect(applied).toMatchObject({ status: 0, stderr: '' });
      const isShared = ({ kind }: AnObject) => kind === 'Mesh';
      const created = objects
        .filter((object) => !isShared(object))
        .map((each) => appliedLine(each, 'created'));
      expect(applied.stdout.split('\n')).toEqual(expect.arrayContaining(created));
      const again = await kubectl('apply', '-f', team(name));
      // As with a real API server: the defaults in volumeClaimTemplates make kubectl's patch of a StatefulSet not empty, and
      // the selector of a PodDisruptionBudget is always replaced.
      const unchanged = objects.map((each) =>
        appliedLine(each, configuredAgain.includes(each.kind) ? 'configured' : 'unchanged'),
      );
      expect(again).toEqual({ status: 0, stderr: '', stdout: `${unchanged.join('\n')}\n` });
    },
    timeout,
  );

  it('refuses a kind without a definition in the API server’s words, and takes the rest of the file', async () => {
    const { status, stdout, stderr } = await kubectl('apply', '-f', team('storefront-web'));
    expect(status).toBe(1);
    expect(stderr).toContain(
      `resource mapping not found for name: "web-tls" namespace: "storefront" from "${team('storefront-web')}": no matches for kind "Certificate" in version "cert-manager.io/v1"\nensure CRDs are installed first`,
    );
    const others = objectsIn(team('storefront-web')).filter(({ kind }) => kind !== 'Certificate');
    expect(stdout.trim().split('\n')).toEqual(
      others.map((each) => appliedLine(each, each.kind === 'Mesh' ? 'unchanged' : 'created')),
    );
  });

  it.each([
    ['payments', 'deployment/payments', 'deployment "payments" successfully rolled out\n'],
    ['catalog', 'statefulset/search', 'partitioned roll out complete: 3 new pods have been updated...\n'],
    ['observability', 'daemonset/agent', 'daemon set "agent" successfully rolled out\n'],
    ['reporting', 'deployment/reports', 'deployment "reports" successfully rolled out\n'],
    ['storefront', 'deployment/web-v1', 'deployment "web-v1" successfully rolled out\n'],
  ])(
    'rolls out %s %s',
    async (namespace, workload, text) => {
      const rollout = await kubectl('rollout', 'status', workload, '-n', namespace, '--timeout', '30s');
      expect(rollout.status).toBe(0);
      expect(rollout.stdout.endsWith(text)).toBe(true);
    },
    timeout,
  );

  it.each([
    ['payments', 'app.kubernetes.io/name=payments', 'payments', 3],
    ['catalog', 'app=search', 'catalog-search', 3],
    ['observability', 'app.kubernetes.io/name=agent', 'otel-agent', 2],
    ['reporting', 'app=reports', 'reports', 2],
    ['storefront', 'app=web', 'web', 4],
  ])(
    'registers the pods of %s',
    async (namespace, selector, service, count) => {
      await expect.poll(() => instances(service), { timeout }).toHaveLength(count);
      expect(await instances(service)).toEqual(await podIPs(namespace, selector));
    },
    timeout,
  );

  it(
    'completes the Jobs, whose pods leave Cloud Map when they have succeeded',
    async () => {
      for (const [namespace, job] of [
        ['payments', 'payments-migrate'],
        ['reporting', 'backfill'],
      ] as const) {
        const waited = await kubectl(
          'wait',
          '--for=condition=complete',
          `job/${job}`,
          '-n',
          namespace,
          '--timeout=30s',
        );
        expect(waited.stdout).toBe(`job.batch/${job} condition met\n`);
      }
      await expect.poll(() => instances('backfill-workers'), { timeout }).toEqual([]);
      const { items } = await get('pods', '-n', 'reporting', '-l', 'app=backfill');
      expect(items.map(({ status }: { status: { phase: string } }) => status.phase)).toEqual(
        Array.from({ length: 4 }, () => 'Succeeded'),
      );
      expect((await kubectl('get', 'job', 'backfill', '-n', 'reporting', '--no-headers')).stdout).toMatch(
        /^backfill\s+Complete\s+4\/4\s/,
      );
    },
    timeout,
  );

  it('leaves the script of a ConfigMap as it is', async () => {
    const scripts = objectsIn(team('reporting-jobs')).find(({ kind }) => kind === 'ConfigMap');
    const stored = await get('configmap', 'scripts', '-n', 'reporting');
    expect(scripts?.data?.['nightly.sh']).toMatch(/\$\{DAY\}\/report-\$\{HOSTNAME\}\.csv/);
    expect(stored.data).toEqual(scripts?.data);
  });

  it('shows claims, endpoints and the sidecar as a cluster does', async () => {
    const claims = await kubectl('get', 'pvc', '-n', 'catalog', '--no-headers');
    expect(
      claims.stdout.match(/^data-search-[012]\s+Bound\s+pvc-\S+\s+50Gi\s+RWO\s+search-gp3/gm),
    ).toHaveLength(3);
    const slices = await get('endpointslices', '-n', 'catalog', '-l', 'kubernetes.io/service-name=search');
    const endpoints = slices.items.flatMap((slice: { endpoints: object[] }) => slice.endpoints);
    expect(endpoints).toHaveLength(3);
    expect(endpoints[0]).toMatchObject({
      hostname: expect.stringMatching(/^search-\d$/),
      conditions: { ready: true },
    });
    const web = await kubectl('get', 'pods', '-n', 'storefront', '-l', 'version=v1', '--no-headers');
    expect(web.stdout.match(/^web-v1-\S+\s+2\/2\s+Running\s+0/gm)).toHaveLength(3);
  });

  it(
    'a Node that is deleted takes its pods; the others take their places in Cloud Map',
    async () => {
      const { items } = await get('nodes');
      const [{ metadata }] = items as [AnObject];
      expect((await kubectl('delete', 'node', metadata.name)).stdout).toBe(
        `node "${metadata.name}" deleted\n`,
      );
      const isThere = async () => {
        const pods = await get('pods', '-A', '--field-selector', `spec.nodeName=${metadata.name}`);
        return pods.items.length;
      };
      await expect.poll(isThere, { timeout }).toBe(0);
      await expect.poll(() => instances('otel-agent'), { timeout }).toHaveLength(1);
      for (const [namespace, selector, service] of [
        ['payments', 'app.kubernetes.io/name=payments', 'payments'],
        ['catalog', 'app=search', 'catalog-search'],
      ] as const)
        await expect
          .poll(async () => [await instances(service), (await podIPs(namespace, selector)).length], {
            timeout,
          })
          .toEqual([await waitForIPs(() => podIPs(namespace, selector)), 3]);
    },
    2 * timeout,
  );

  const configuredAgain = ['StatefulSet', 'PodDisruptionBudget'];

  describe(`of manifests that people run${withoutVectors}`, () => {
    const run = it.skipIf(missingVectors !== undefined);

    run(
      'takes every whole application, and its mesh objects become active',
      async () => {
        for (const path of substituted([...wholeFiles(), ...fragments])) {
          const { status, stdout, stderr } = await kubectl('apply', '-f', path);
          expect({ status, stderr }, path).toEqual({ status: 0, stderr: '' });
          expect(stdout.trim().split('\n'), path).toEqual(
            objectsIn(path).map((object) => appliedLine(object, 'created')),
          );
        }
        await expect.poll(notActive, { timeout: 60_000 }).toEqual([]);
      },
      120_000,
    );

    run(
      'refuses objects of a namespace that is not there, and takes them when it is',
      async () => {
        const [first = ''] = yelbFiles();
        const refused = await kubectl('apply', '-f', first);
        expect(refused.status).toBe(1);
        expect(refused.stderr).toBe(
          `Error from server (NotFound): error when creating "${first}": namespaces "yelb" not found\n`,
        );
        expect((await kubectl('create', 'namespace', 'yelb')).stdout).toBe('namespace/yelb created\n');
        for (const path of yelbFiles()) expect((await kubectl('apply', '-f', path)).status, path).toBe(0);
        await expect
          .poll(notActive, { timeout })
          .toEqual(
            [
              ...['redis-server', 'yelb-appserver', 'yelb-appserver-v2', 'yelb-db', 'yelb-ui'].map(
                (name) => `VirtualNode/${name} NotMember`,
              ),
              ...['redis-server', 'yelb-appserver', 'yelb-db', 'yelb-ui'].map(
                (name) => `VirtualService/${name} NotMember`,
              ),
              'VirtualRouter/yelb-appserver NotMember',
            ].sort(byKind),
          );
        const labelled = await kubectl('label', 'namespace', 'yelb', 'mesh=store');
        expect(labelled.stdout).toBe('namespace/yelb labeled\n');
        await expect.poll(notActive, { timeout }).toEqual([]);
      },
      120_000,
    );
  });
});

interface Status {
  readonly conditions?: readonly Readonly<Record<'type' | 'status' | 'reason', string>>[];
}

/** In the order in which kubectl lists the kinds. */
function byKind(a: string, b: string): number {
  const order = ['VirtualNode', 'VirtualService', 'VirtualRouter'];
  const [left = '', right = ''] = [a, b].map((text) => text.split('/')[0]);
  return order.indexOf(left) - order.indexOf(right) || (a < b ? -1 : 1);
}

/** The addresses once there are three. */
async function waitForIPs(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  await expect.poll(async () => (await read()).filter(Boolean).length, { timeout }).toBe(3);
  return read();
}
