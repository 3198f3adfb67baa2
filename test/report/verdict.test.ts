import { describe, expect, it } from 'vitest';
import { RetryableError } from '../../shared/model/errors.ts';
import type { SweepReport } from '../../shared/ports/sweep-ports.ts';
import type { ClusterRow } from '../../shared/report/plan/report.ts';
import { totalsText } from '../../shared/report/plan/verdict.ts';
import { resync } from '../../shared/sweep/resync.ts';
import { ReportHarness } from './report-harness.ts';

const minuteMs = 60_000;

/** A namespace, a virtual node that registers its pods, and a ready pod. */
const shop = { 'namespace/shop': {}, 'virtualnode/front': {}, 'pod/front-1': { ip: '10.0.0.1' } };

async function running(...clusters: readonly object[]): Promise<ReportHarness> {
  const report = new ReportHarness(...clusters);
  await report.apply(shop);
  return report;
}

async function sentence(report: ReportHarness): Promise<string> {
  return (await report.report()).verdict.sentence;
}

function swept(report: ReportHarness, changes: Partial<SweepReport> = {}): void {
  report.sweeps.set('local', {
    ...{ run: 'r', cluster: 'local', startedAt: new Date(report.harness.clock.now()).toISOString() },
    ...{ durationMs: 100, source: 'api server', sourceAgeMs: 0, pods: 1, instances: 1, counts: {} },
    ...{ findings: [], refused: [], repairs: 0, calls: {} },
    ...changes,
  });
}

describe('the first sentence of the report', () => {
  it('says that all is well, and of how much', async () => {
    const report = await running();
    expect(await sentence(report)).toBe(
      'All is well: 1 pod is registered in 1 service of Cloud Map from 1 cluster.',
    );
    expect((await report.report()).verdict.level).toBe('ok');
  });

  it('says that no events have been received from a cluster', async () => {
    expect(await sentence(new ReportHarness())).toBe(
      '1 problem: no events have been received from cluster local.',
    );
  });

  it('says since when a relay is silent', async () => {
    const report = await running();
    report.listedAtMs = report.harness.clock.now();
    await report.harness.pass(29 * 60);
    expect(await sentence(report)).toMatch(/^All is well/);
    await report.harness.pass(2 * 60);
    expect(await sentence(report)).toBe(
      '1 problem: the relay of cluster local has been silent since 2026-11-21T10:00:01.350Z; also 1 thing to know.',
    );
  });

  it('says which pod is refused by the tenancy rules', async () => {
    const tenancy = [{ kubernetesNamespaces: ['other'], cloudMapNamespaces: ['*'] }];
    const report = await running({ tenancy });
    expect(await sentence(report)).toBe(
      '1 problem: pod shop/front-1 of cluster local is not registered (TenancyRefused).',
    );
    const { refusals, pods } = await report.report();
    expect(refusals.rows).toMatchObject([{ about: 'pod shop/front-1', what: 'TenancyRefused' }]);
    expect(pods.rows[0]?.command).toBe(
      'npm run explain -- pod shop/front-1 --cluster local --stage production --region eu-central-1',
    );
  });

  it('says of many pods with one cause how many they are', async () => {
    const report = await running({ tenancy: [{ kubernetesNamespaces: ['x'], cloudMapNamespaces: ['*'] }] });
    await report.apply({ 'pod/front-2': { ip: '10.0.0.2' }, 'pod/front-3': { ip: '10.0.0.3' } });
    expect(await sentence(report)).toBe(
      '1 problem: 3 pods are not registered (TenancyRefused), the first is shop/front-1 of cluster local.',
    );
  });

  it('a service whose pods are all unready is a problem, a single unready pod is none', async () => {
    const report = await running({
      cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }], services: { healthCheck: 'none' } },
    });
    await report.apply({ 'pod/front-2': { ip: '10.0.0.2', ready: false } });
    expect(await sentence(report)).toMatch(/^All is well/);
    await report.apply({ 'pod/front-1': { ready: false } });
    await report.harness.pass(60);
    expect(await sentence(report)).toBe(
      '1 problem: service shop.local/front: it has no instance: the 2 pods for it are not ready.',
    );
  });

  it('a service without a healthy instance is a problem, one with some is something to know', async () => {
    const report = await running();
    await report.apply({ 'pod/front-2': { ip: '10.0.0.2' } });
    await report.harness.pass(60);
    await report.apply({ 'pod/front-2': { ready: false } });
    await report.harness.pass(60);
    expect(await sentence(report)).toBe(
      'No problem, 1 thing to know: service shop.local/front: 1 of its 2 instances are unhealthy.',
    );
    await report.apply({ 'pod/front-1': { ready: false } });
    await report.harness.pass(60);
    expect(await sentence(report)).toBe(
      '1 problem: service shop.local/front: none of its 2 instances is healthy.',
    );
  });

  it('a pod of a drained cluster is no problem: a person asked for it', async () => {
    const report = await running();
    const since = report.harness.clock.now();
    await report.harness.stores.drains.begin('local', since);
    await report.apply({ 'pod/front-2': { ip: '10.0.0.2' }, 'pod/other-1': { ip: '10.0.0.9' } });
    await report.harness.pass(120);
    const { pods, verdict, clusters } = await report.report();
    expect(verdict.level).toBe('ok');
    expect(pods.rows).toContainEqual(
      expect.objectContaining({ name: 'front-2', state: 'drained', cause: 'ClusterDrained' }),
    );
    expect(pods.rows).toContainEqual(expect.objectContaining({ name: 'other-1', state: 'notSelected' }));
    expect(clusters).toMatchObject([
      { level: 'ok', drainedSince: new Date(since).toISOString(), pods: { drained: 2, notSelected: 1 } },
    ]);
  });

  it('a cluster that was drained to the end has no problem, and is shown as drained', async () => {
    const report = await running();
    const { deps } = report.harness;
    const clock = { ...deps.clock, sleep: async () => report.harness.settle() };
    const request = { cluster: 'local', dryRun: false, drain: true, force: false, adopt: true };
    await resync({ ...deps, clock }, request, 'run-1');
    await report.harness.pass(120);
    const { verdict, clusters, services } = await report.report();
    expect(verdict.sentence).toMatch(/^All is well: 0 pods are registered/);
    expect(clusters[0]).toMatchObject({ drainedSince: expect.any(String), pods: { drained: 1 } });
    expect(services.rows.flatMap(({ notes }) => notes)).toEqual([]);
  });

  it('says how many registrations are in progress', () => {
    const pods = { registered: 1, failing: 0, waiting: 2, notReady: 0, drained: 0, notSelected: 0 };
    expect(totalsText([{ pods } as ClusterRow], [])).toBe(
      '1 pod is registered in 0 services of Cloud Map from 1 cluster; the registration of 2 pods is in progress',
    );
  });

  it('a pod that nothing selects is no problem', async () => {
    const report = await running();
    await report.apply({ 'pod/other-1': { ip: '10.0.0.9' } });
    expect(await sentence(report)).toMatch(/^All is well/);
    expect((await report.report()).pods.rows).toMatchObject([{ name: 'other-1', state: 'notSelected' }]);
  });

  it('a pod that only annotations select is not ready while it has no IP', async () => {
    const report = await running();
    const annotations = { 'cloud-map-namespace': 'shop.local', 'cloud-map-service': 'front' };
    await report.apply({ 'pod/other-1': { ip: 'none', phase: 'Pending', annotations } });
    expect((await report.report()).pods.rows).toMatchObject([
      { name: 'other-1', state: 'notReady', cause: 'PodNotRunning' },
    ]);
  });

  it('says what the last sweep found, refused and could not list, and that a sweep is late', async () => {
    const report = await running();
    const finding = { kind: 'InstanceMissing', pod: 'shop/front-1', detail: 'not there' };
    swept(report, { counts: { InstanceMissing: 2 }, findings: [finding] });
    expect(await sentence(report)).toBe(
      'No problem, 1 thing to know: the last sweep of cluster local found 2 differences.',
    );
    swept(report, { refused: [{ ...finding, reason: 'over the cap' }] });
    expect(await sentence(report)).toBe('1 problem: the last sweep of cluster local refused 1 deletion.');
    const large = { ...finding, kind: 'ObjectOversized', reason: 'an event has at most 262144 bytes' };
    swept(report, { refused: [large] });
    expect(await sentence(report)).toBe(
      'No problem, 1 thing to know: 1 object of cluster local is too large for an event.',
    );
    swept(report, { refused: [large], refusals: { deletions: 120, oversized: 1 } });
    expect(await sentence(report)).toContain('the last sweep of cluster local refused 120 deletions');
    swept(report, { incomplete: 'the API server cannot be read', source: 'relay' });
    expect(await sentence(report)).toContain('1 problem: the last sweep of cluster local: the API server');
    swept(report);
    report.listedAtMs = report.harness.clock.now();
    await report.harness.pass((16 * minuteMs) / 1000);
    expect(await sentence(report)).toMatch(
      /^1 problem: the last sweep of cluster local was at .*, and one is due every 5 min\.$/,
    );
  });

  it('says which message went to the dead-letter queue', async () => {
    const report = await running();
    const letter = { kind: 'VirtualNode', namespace: 'shop', name: 'bad', reason: 'x', messageId: 'm' };
    report.deadLetters.push({ ...letter, at: '2026-11-21T09:00:00.000Z' });
    expect(await sentence(report)).toBe(
      '1 problem: a message went to the dead-letter queue, the last about VirtualNode shop/bad of cluster local.',
    );
  });

  it('says that messages about no known object are in the dead-letter queues, such as forged ones', async () => {
    const report = await running();
    report.deadLetterQueues.push({ queue: 'pods-dead-letters', messages: 2 }, { queue: 'mesh', messages: 0 });
    const text =
      'the dead-letter queues have 2 messages, 2 of them about no known object: pods-dead-letters 2.';
    expect(await sentence(report)).toBe(`1 problem: ${text}`);
    expect((await report.report()).deadLetterQueues).toEqual(report.deadLetterQueues);
    expect((await report.report({ cluster: 'local' })).verdict.sentence).toMatch(/^All is well/);
    const letter = { kind: 'VirtualNode', namespace: 'shop', name: 'bad', reason: 'x', messageId: 'm' };
    for (const at of ['2026-11-21T09:00:00.000Z', '2026-11-21T10:00:00.000Z'])
      report.deadLetters.push({ ...letter, at });
    expect(await sentence(report)).toMatch(/^1 problem: 2 messages went to the dead-letter queue/);
  });

  it('what cannot be read is a problem, and nothing that depends on it is called missing', async () => {
    const report = await running();
    const ofService = () => {
      throw new RetryableError('the table does not answer');
    };
    report.replaced = { claims: { ofService } };
    const { verdict, pods } = await report.report();
    expect(verdict.sentence).toBe(
      '1 problem: the claims on shop.local/front could not be read: the table does not answer.',
    );
    expect(pods.total).toBe(0);
  });

  it('two clusters with one service have one row for it', async () => {
    const report = new ReportHarness({ name: 'local' }, { name: 'other' });
    const tenant = { 'namespace/shop': {}, 'virtualnode/front': {} };
    await report.apply({ ...tenant, 'pod/front-1': { ip: '10.0.0.1' } });
    await report.apply({ ...tenant, 'pod/front-1': { ip: '10.1.0.1' } }, 'other');
    const { services, pods } = await report.report();
    expect(services.rows).toMatchObject([{ clusters: ['local', 'other'] }]);
    expect(pods.rows).toMatchObject([{ cluster: 'other', cause: 'RegistrationFailed' }]);
  });
});
