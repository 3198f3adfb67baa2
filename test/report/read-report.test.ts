import { describe, expect, it, vi } from 'vitest';
import { NotFoundError, RetryableError } from '../../shared/model/errors.ts';
import type { ServiceKey } from '../../shared/model/identity.ts';
import type { SeenInstance } from '../../shared/model/service-view.ts';
import type { ReportDependencies } from '../../shared/ports/report-ports.ts';
import { report } from '../../shared/report/report.ts';
import { reportRequest } from '../../shared/report/report-request.ts';
import { pageOf } from '../../shared/report/view/page.ts';
import { ReportHarness } from './report-harness.ts';

const front = { 'virtualnode/front': {}, 'pod/front-1': { ip: '10.0.0.1' } };

async function running(...clusters: readonly object[]): Promise<ReportHarness> {
  const report = new ReportHarness(...clusters);
  await report.apply({ 'namespace/shop': {}, ...front });
  return report;
}
const fails = async () => {
  throw new RetryableError('no answer');
};
async function* failsAtOnce(): AsyncGenerator<never> {
  yield await fails();
}
const key = (serviceName: string, target: ServiceKey['target'] = 'own/own'): ServiceKey => ({
  ...{ target, namespaceName: 'shop.local', serviceName },
});
const namesOf = async (report: ReportHarness, scope = {}) =>
  (await report.report(scope)).services.rows.map(({ serviceName }) => serviceName);

/** Cloud Map answers with these instances, or not. */
const answering = (
  instances: () => Promise<readonly (SeenInstance & { readonly id: string })[]>,
): Pick<ReportDependencies, 'catalog'> =>
  ({ catalog: () => ({ instances: async () => ({ instances: await instances() }) }) }) as never;

describe('what a report reads', () => {
  it.each<[string, Partial<ReportDependencies>]>([
    ['the stored pods of cluster local', { pods: { inRange: failsAtOnce } }],
    ['the mesh objects of cluster local', { objects: { inRange: failsAtOnce } }],
    ['the statuses of mesh objects of cluster local', { statuses: { all: failsAtOnce } }],
    ['the services used of cluster local', { usedServices: { ofCluster: failsAtOnce } as never }],
    ['the dead-lettered messages of cluster local', { deadLetters: { ofCluster: fails } }],
    ['the report of the last sweep of cluster local', { reports: { last: fails } }],
    ["the time of the relay's last listing of cluster local", { relay: { lastListedAtMs: fails } }],
    ['the last mesh run of cluster local', { meshRuns: { last: fails } }],
    ['the last comparison of ServiceEntries of cluster local', { serviceEntries: { report: fails } }],
    ['the claims on shop.local/front', { claims: { ofService: failsAtOnce } }],
    ['the stored id of shop.local/front', { services: { find: fails } }],
    ['the instances of shop.local/front', answering(fails)],
  ])('goes on without %s, and says so', async (what, replaced) => {
    const report = await running();
    report.replaced = replaced;
    const { readFailures, verdict } = await report.report();
    expect(readFailures.map((failure) => failure.what)).toEqual([what]);
    expect(verdict.sentence).toContain(`${what} could not be read: no answer`);
  });

  it('is of each cluster, or of the one that is asked for', async () => {
    const report = await running({ name: 'local' }, { name: 'other' });
    const names = async (cluster?: string) =>
      (await report.report({ cluster })).clusters.map(({ name }) => name);
    expect(await names()).toEqual(['local', 'other']);
    expect(await names('other')).toEqual(['other']);
    await expect(names('lost')).rejects.toThrow('lost');
  });

  it('calls an instance ours that another cluster of the deployment registered', async () => {
    const report = await running({ name: 'local' }, { name: 'other' });
    const attributes = { 'k8s.io/cluster': 'other' };
    report.replaced = answering(async () => [{ id: '10.0.0.1', attributes }]);
    const { services } = await report.report({ cluster: 'local' });
    expect(services.rows[0]?.instances.rows).toMatchObject([{ owner: 'ours', cluster: 'other' }]);
  });

  it('is of one namespace and of no namespace with a longer or a shorter name', async () => {
    const report = await running();
    await report.apply({
      'namespace/shop-2': {},
      'namespace/sho': {},
      'pod/shop-2/x': { ip: '10.0.0.2' },
      'pod/sho/y': { ip: '10.0.0.3' },
    });
    const pods = async (namespace?: string) => {
      const { clusters } = await report.report({ namespace });
      return Object.values(clusters[0]?.pods ?? {}).reduce((sum, count) => sum + count, 0);
    };
    expect([await pods(), await pods('shop'), await pods('shop-2'), await pods('sh')]).toEqual([3, 1, 1, 0]);
  });
});

describe('the services of a report', () => {
  it('are those that virtual nodes name, pods want, pods are registered in, and the cluster has used', async () => {
    const report = await running();
    const annotations = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'annotated' };
    await report.apply({
      'virtualnode/empty': {},
      'virtualnode/dns': { spec: { serviceDiscovery: { dns: { hostname: 'dns.shop' } } } },
      'pod/other-1': { ip: '10.0.0.2', annotations },
    });
    await report.harness.stores.usedServices.save('local', { service: key('used'), usedAtMs: 0 });
    expect((await namesOf(report)).toSorted()).toEqual(['annotated', 'empty', 'front', 'used']);
  });

  it('of a namespace are those of its virtual nodes and pods', async () => {
    const report = await running();
    await report.apply({ 'namespace/apps': {}, 'virtualnode/apps/far': {} });
    await report.harness.stores.usedServices.save('local', { service: key('used'), usedAtMs: 0 });
    expect(await namesOf(report, { namespace: 'shop' })).toEqual(['front']);
    expect(await namesOf(report, { namespace: 'apps' })).toEqual(['far']);
  });

  it('are also those of a deleted pod that is still registered', async () => {
    const report = await running();
    const pods = report.harness.stores.pods;
    const registrations = [{ service: key('former'), instanceId: '10.0.0.1' }];
    report.replaced = {
      pods: {
        async *inRange(...range) {
          for await (const record of pods.inRange(...range))
            yield { ...record, deleted: true, registrations };
        },
      },
    };
    expect(await namesOf(report)).toEqual(['former', 'front']);
  });

  it('of a place that clusters.yml no longer names are left out', async () => {
    const report = await running();
    await report.harness.stores.usedServices.save('local', {
      service: key('lost', '123456789012/eu-west-1'),
      usedAtMs: 0,
    });
    expect(await namesOf(report)).toEqual(['front']);
  });

  it('one that Cloud Map no longer has is gone, one that cannot be read is not', async () => {
    const report = await running();
    const noteOf = async () => (await report.report()).services.rows[0]?.notes;
    report.replaced = answering(async () => {
      throw new NotFoundError('service', 'there is no such service');
    });
    expect(await noteOf()).toEqual(['Cloud Map no longer has this service']);
    report.replaced = answering(fails);
    expect(await noteOf()).toEqual(['its instances could not be read']);
    report.replaced = answering(async () => {
      throw new TypeError('a bug');
    });
    await expect(noteOf()).rejects.toThrow('a bug');
  });

  it('have no instance, and are not asked for them, before Cloud Map has them', async () => {
    const report = new ReportHarness();
    await report.apply({ 'namespace/shop': {}, 'virtualnode/front': {} });
    const catalog = vi.fn<ReportDependencies['catalog']>();
    report.replaced = { catalog };
    const { services } = await report.report();
    expect(services.rows).toMatchObject([{ notes: [], instances: { total: 0 } }]);
    expect(catalog).not.toHaveBeenCalled();
  });

  it('show the health of instances where there is a health check', async () => {
    const report = await running();
    const health = ['HEALTHY', 'UNHEALTHY', 'UNKNOWN', undefined];
    report.replaced = answering(async () =>
      health.map((state, index) => ({
        ...{ id: `i-${index}`, attributes: {} },
        ...(state !== undefined && { health: state }),
      })),
    );
    const rows = (await report.report()).services.rows[0]?.instances.rows ?? [];
    const shown = rows.map(({ instanceId, health: state }) => [instanceId, state]);
    expect(Object.fromEntries(shown)).toMatchObject({ 'i-0': 'HEALTHY', 'i-1': 'UNHEALTHY' });
    for (const row of rows.filter(({ instanceId }) => /[23]$/.test(instanceId)))
      expect(row).not.toHaveProperty('health');
  });

  it('are asked for as Cloud Map knows them', async () => {
    const report = await running({
      cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }], services: { healthCheck: 'none' } },
    });
    const instances = vi.fn(async (_service: unknown) => ({ instances: [] }));
    report.replaced = { catalog: () => ({ instances }) as never };
    await report.report();
    expect(instances.mock.calls).toEqual([
      [
        {
          ...{ id: expect.stringMatching(/^srv-/), arn: expect.stringMatching(/^srv-/), name: 'front' },
          ...{ healthCheck: 'none', namespace: { httpName: 'shop.local', ownerAccount: undefined } },
        },
      ],
    ]);
  });
});

describe('the request of a report', () => {
  it('is answered with the page, or with what it shows', async () => {
    const harness = new ReportHarness({ name: 'a' }, { name: 'b' });
    const data = await harness.report({ cluster: 'a' });
    const answer = (format: 'html' | 'json') => report(harness.dependencies(), { format, cluster: 'a' });
    expect(await answer('json')).toEqual(data);
    expect(await answer('html')).toBe(pageOf(data));
  });

  it('is of the page of all clusters without a field', () => {
    expect(reportRequest.parse({})).toEqual({ format: 'html' });
    expect(reportRequest.parse({ format: 'json', cluster: 'a', namespace: 'shop-2' })).toEqual({
      ...{ format: 'json', cluster: 'a', namespace: 'shop-2' },
    });
  });

  it.each([
    [{ format: 'pdf' }, 'expected html or json'],
    [{ cluster: 7 }, 'expected the name of a cluster in clusters.yml'],
    [{ namespace: 7 }, 'expected the name of a Kubernetes namespace'],
    [{ namespace: 'a/b' }, 'expected the name of a Kubernetes namespace'],
    [{ namespace: '-a' }, 'expected the name of a Kubernetes namespace'],
    [{ namespace: 'a'.repeat(64) }, 'expected the name of a Kubernetes namespace'],
    [{ a: 1, b: 2 }, 'unknown field a, b; expected {"format", "cluster", "namespace"}, each optional'],
    ['text', 'expected {"format", "cluster", "namespace"}, each optional'],
  ])('is not %j', (input, message) => {
    const { error } = reportRequest.safeParse(input);
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
