import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../../../shared/model/errors.ts';
import { EnvoyHarness, nodeOf, proxyTo, settleMs } from './envoy-harness.ts';
import { filesOf } from './stages/proxy-files.ts';

const applied = { is: 'True Applied', message: 'Envoy matches the spec' };

async function started(envoy: Readonly<Record<string, unknown>> = {}): Promise<EnvoyHarness> {
  const harness = new EnvoyHarness(envoy);
  await harness.start({ front: proxyTo('blue', 'red'), other: proxyTo('blue') });
  expect(harness.statusOfNode('front')).toEqual(applied);
  return harness;
}

describe('a change of the files of a proxy', () => {
  it('is one write if no cluster is new, and the pods of that node alone are annotated', async () => {
    const harness = await started();
    await harness.change({ front: proxyTo('red', 'blue') });
    expect(harness.callsOf('apply')).toEqual(['apply ConfigMap apps/front.virtual-node']);
    expect(harness.filesOf('front')).toEqual(filesOf(proxyTo('red', 'blue')));
    expect(harness.statusOfNode('front')).toEqual(applied);
    expect(harness.callsOf('annotate')).toEqual(['annotate Pod apps/front-1', 'annotate Pod apps/front-2']);
    expect(harness.annotationOf('front-1')).toMatch(/^[0-9a-f]{12}$/);
  });

  it('annotates the pods once more, for a kubelet that read too early', async () => {
    const harness = await started();
    await harness.change({ front: proxyTo('red', 'blue') });
    const first = harness.annotationOf('front-1');
    expect(await harness.settleAll()).toBe(1);
    expect(harness.annotationOf('front-1')).toBe(`${first}-2`);
    expect(harness.callsOf('apply')).toHaveLength(1);
    expect(harness.claimOf('front').refresh).toBeUndefined();
  });

  it('writes clusters first and routes when the proxies have read them, and is not True before', async () => {
    const harness = await started();
    const begunAtMs = harness.clock.now();
    await harness.change({ front: proxyTo('blue', 'green') });
    expect(harness.statusOfNode('front')).toMatchObject({ is: 'False Pending' });
    expect(harness.statusOfNode('front').message).toMatch(
      /^ConfigMap apps\/front.virtual-node has the new clusters; listeners and routes that use them follow after \d{4}-.*Z, when all proxies have read it$/,
    );
    expect(harness.statusOfNode('other')).toEqual(applied);
    await harness.settleAll();
    expect(harness.filesOf('front')).toEqual(filesOf(proxyTo('blue', 'green')));
    expect(harness.statusOfNode('front')).toEqual(applied);
    const writes = harness.writes.get('front.virtual-node') ?? [];
    expect(writes).toHaveLength(4);
    for (const [index, { atMs }] of writes.entries())
      if (index > 1) expect(atMs - (writes[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(settleMs);
    expect(harness.clock.now() - begunAtMs).toBeLessThan(3 * settleMs);
    expect(harness.faults()).toEqual([]);
  });

  it('takes weights at once while the stages of another change wait', async () => {
    const harness = await started();
    await harness.change({ front: proxyTo('blue', 'red', 'green') });
    harness.clock.advance(2_000);
    await harness.change({ front: proxyTo('red', 'blue') });
    expect(harness.filesOf('front')?.['rds-egress-80.json']).toBe(
      filesOf(proxyTo('red', 'blue'))['rds-egress-80.json'],
    );
    await harness.settleAll();
    expect(harness.filesOf('front')).toEqual(filesOf(proxyTo('red', 'blue')));
    expect(harness.faults()).toEqual([]);
  });

  it('costs no call in the runs between two stages, and none at the end', async () => {
    const harness = await started();
    await harness.change({ front: proxyTo('blue', 'green') });
    const calls = () => harness.kubernetes.calls.length;
    const before = calls();
    await harness.reconcile();
    await harness.reconcile();
    expect(calls()).toBe(before);
    await harness.settleAll();
    const after = calls();
    await harness.reconcile();
    expect(calls()).toBe(after);
    expect(await harness.settleAll()).toBe(0);
  });

  it('requests one run for all that is due at a time', async () => {
    const harness = await started();
    await harness.change({ front: proxyTo('blue', 'green'), other: proxyTo('red') });
    expect(harness.later.size).toBe(1);
  });
});

describe('pods that cannot be annotated', () => {
  it('are noted, and the next stage waits until kubelets have read by themselves', async () => {
    const harness = await started();
    harness.kubernetes.annotate = async () => {
      throw new PermanentError('pods "front-1" is forbidden');
    };
    const begunAtMs = harness.clock.now();
    await harness.change({ front: proxyTo('blue', 'green') });
    expect(harness.notes).toEqual([expect.stringContaining('pods "front-1" is forbidden')]);
    await harness.settleAll();
    expect(harness.statusOfNode('front')).toEqual(applied);
    const second = (harness.writes.get('front.virtual-node') ?? [])[2]?.atMs ?? 0;
    expect(second - begunAtMs).toBeGreaterThanOrEqual(100_000);
  });

  it('are not annotated without refreshPods, and the stages take longer', async () => {
    const harness = await started({ refreshPods: false });
    const begunAtMs = harness.clock.now();
    await harness.change({ front: proxyTo('blue', 'green') });
    await harness.settleAll();
    expect(harness.callsOf('annotate')).toEqual([]);
    const second = (harness.writes.get('front.virtual-node') ?? [])[2]?.atMs ?? 0;
    expect(second - begunAtMs).toBeGreaterThanOrEqual(100_000);
  });

  it('that ended meanwhile are no failure', async () => {
    const harness = await started();
    const { annotate } = harness.kubernetes;
    harness.kubernetes.annotate = async (object, annotations) => {
      await harness.kubernetes.delete(object);
      return annotate.call(harness.kubernetes, object, annotations);
    };
    await harness.change({ front: proxyTo('red', 'blue') });
    expect(harness.notes).toEqual([]);
    expect(harness.statusOfNode('front')).toEqual(applied);
  });
});

describe('the ConfigMap of a deleted virtual node', () => {
  async function deleted(): Promise<EnvoyHarness> {
    const harness = await started();
    harness.proxies.delete('front');
    harness.delete(nodeOf('front'));
    await harness.settleInOneRun();
    return harness;
  }

  it('stays while pods mount it, with the reason, and is tried again ever more rarely', async () => {
    const harness = await deleted();
    expect(harness.filesOf('front')).toBeDefined();
    expect(harness.claimOf('front').mounted?.message).toBe(
      'ConfigMap apps/front.virtual-node is not deleted yet: pods front-1, front-2 still use it',
    );
    const begunAtMs = harness.clock.now();
    harness.kubernetes.calls.length = 0;
    for (let count = 0; count < 10; count++) await harness.settleNextLater();
    expect(harness.callsOf('list')).toHaveLength(10);
    expect(harness.clock.now() - begunAtMs).toBeGreaterThan(40 * 60_000);
    await harness.reconcile();
    expect(harness.callsOf('list')).toHaveLength(10);
  });

  it('goes when they are gone', async () => {
    const harness = await deleted();
    await harness.deletePods();
    await harness.settleAll();
    expect(harness.filesOf('front')).toBeUndefined();
    expect(harness.claimOf('front')).toBeUndefined();
    expect(harness.filesOf('other')).toBeDefined();
  });

  it('is taken over by a node of that name', async () => {
    const harness = await deleted();
    harness.set({ front: proxyTo('red', 'blue') });
    harness.apply(nodeOf('front'));
    await harness.settleInOneRun();
    expect(harness.filesOf('front')).toEqual(filesOf(proxyTo('red', 'blue')));
    expect(harness.statusOfNode('front')).toEqual(applied);
    await harness.deletePods();
    await harness.settleAll();
    expect(harness.filesOf('front')).toBeDefined();
  });
});

describe('what is refused in a proxy', () => {
  it('stays as it is in the live files, and its verification finds nothing to repair', async () => {
    const harness = await started();
    const withoutShop = { ...proxyTo('blue'), tables: { 'egress-80': { new: ['blue'] } } };
    harness.kept.set('front', { services: ['shop'], endpoints: [] });
    await harness.change({ front: withoutShop });
    await harness.settleAll();
    const { virtual_hosts: hosts } = JSON.parse(harness.filesOf('front')?.['rds-egress-80.json'] ?? '')
      .resources[0];
    expect(hosts.map(({ name }: { name: string }) => name)).toEqual(['new', 'shop']);
    expect(harness.filesOf('front')?.['cds.json']).toContain('"red"');
    expect(harness.statusOfNode('front')).toEqual(applied);
    harness.kubernetes.calls.length = 0;
    await harness.reconcile({ verify: true });
    expect(harness.callsOf('apply')).toEqual([]);
  });
});

describe('a ConfigMap that is changed by hand', () => {
  it('is brought back by a verification, in stages', async () => {
    const harness = await started();
    const metadata = { name: 'front.virtual-node', namespace: 'apps' };
    const data = filesOf(proxyTo('blue', 'green'));
    harness.kubernetes.write(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data },
      { manager: 'kubectl', force: true },
    );
    await harness.reconcile({ verify: true });
    expect(harness.statusOfNode('front')).toMatchObject({ is: 'False Pending' });
    await harness.settleAll();
    expect(harness.filesOf('front')).toEqual(filesOf(proxyTo('blue', 'red')));
  });

  it('of somebody else is never touched', async () => {
    const harness = new EnvoyHarness();
    const metadata = { name: 'front.virtual-node', namespace: 'apps' };
    const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'cds.json': 'theirs' } };
    harness.kubernetes.write(theirs, { manager: 'kubectl' });
    await harness.start({ front: proxyTo('blue') });
    expect(harness.filesOf('front')).toEqual(theirs.data);
    expect(harness.statusOfNode('front')).toMatchObject({ is: 'False Refused' });
  });
});
