import { describe, expect, it } from 'vitest';
import { front, pod } from './front-pod.ts';
import { ExplainHarness } from './harness/harness.ts';

const tenancy = [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }];
const cloudMap = { namespaces: [{ name: '*', create: { kind: 'http' } }] };
const both = ['local', 'other'].map((name) => ({ name, cloudMap, tenancy }));
const since = 'cluster "local" is drained since 2026-11-21T';

/** A pod of `local`, and one of `other` in the same service; `local` is drained and its instance still there. */
async function drained(clusters: readonly unknown[] = both) {
  const on = new ExplainHarness(clusters);
  await on.apply({ ...front, ...pod });
  if (clusters.length > 1) await on.apply({ ...front, 'pod/front-9': { ip: '10.1.0.9' } }, 'other');
  const { drains } = on.harness.stores;
  await drains.begin('local', on.harness.clock.now());
  return on;
}

/** As the drain leaves it: neither instance nor claim. */
function takeOut(on: ExplainHarness): void {
  on.byHand({ deregister: 'shop.local/front/10.0.0.1' });
  const { items } = on.harness.stores.claims;
  for (const [key, { owner }] of items) if (owner.cluster === 'local') items.delete(key);
}

const ending = expect.stringMatching(/"cluster":"local","drain":false/);

describe('explain of what a drained cluster had', () => {
  it('says of a service that the cluster is drained, and how many instances are still to be deregistered', async () => {
    const { cause, text, answer } = await (await drained()).ask({ service: 'shop.local/front' });
    expect(cause).toEqual({ kind: 'ClusterDrained', reason: expect.stringContaining(since), advice: ending });
    expect(cause.reason).toContain('; still to be deregistered: 1 instance');
    expect(text).toContain('  drained: cluster local, since 2026-11-21T');
    expect(answer).toMatchObject({ drained: [{ cluster: 'local', since: expect.any(String) }] });
  });

  it('says it of a service while claims without an instance are left, instead of asking for a repair', async () => {
    const on = await drained();
    on.byHand({ deregister: 'shop.local/front/10.0.0.1' });
    expect((await on.ask({ service: 'shop.local/front' })).cause.kind).toBe('ClusterDrained');
    on.byHand({ deregister: 'shop.local/front/10.1.0.9' });
    const { cause } = await on.ask({ service: 'shop.local/front' });
    expect([cause.kind, cause.reason], 'what another cluster lost is missing').toEqual([
      'InstanceMissing',
      expect.stringContaining('1 claim without an instance in Cloud Map; the first is 10.1.0.9'),
    ]);
  });

  it('does not say it of a service in which the drained cluster has and had nothing', async () => {
    const on = await drained();
    await on.apply({ 'virtualnode/back': {}, 'pod/back-1': { ip: '10.1.0.1' } }, 'other');
    const { cause, text } = await on.ask({ service: 'shop.local/back' });
    expect(cause.kind).toBe('InSync');
    expect(text).not.toContain('drained');
  });

  it('says of a service that is not there that a drain may be why, and that it is why if all clusters are drained', async () => {
    const some = await (await drained()).ask({ service: 'shop.local/gone' });
    expect(some.cause.kind).toBe('ServiceNotFound');
    expect(some.cause.reason).toContain(since);
    const all = await (await drained(both.slice(0, 1))).ask({ service: 'shop.local/gone' });
    expect(all.cause).toEqual({
      kind: 'ClusterDrained',
      reason: expect.stringContaining('not found'),
      advice: ending,
    });
  });

  it('says of an instance that the cluster is drained, while it is there and when it is not', async () => {
    const on = await drained(both.slice(0, 1));
    const there = await on.ask({ instance: '10.0.0.1' });
    expect(there.cause).toEqual({
      kind: 'ClusterDrained',
      reason: expect.stringContaining(since),
      advice: ending,
    });
    expect(there.cause.reason).toContain('in front the instance is still to be deregistered');
    expect(there.text).toContain('  drained: cluster local, since 2026-11-21T');
    takeOut(on);
    const { cause } = await on.ask({ instance: '10.0.0.1' });
    expect(cause).toEqual({ kind: 'ClusterDrained', reason: expect.stringContaining(since), advice: ending });
    expect(cause.reason).toContain('no instance and no claim 10.0.0.1 in 1 service checked');
  });

  it('does not say it of an instance of another cluster, nor of one of somebody else', async () => {
    const on = await drained();
    on.byHand({ register: 'shop.local/front/web-1', attributes: { AWS_INSTANCE_IPV4: '10.3.0.1' } });
    for (const instance of ['10.1.0.9', 'web-1']) {
      const { cause, text } = await on.ask({ instance, service: 'shop.local/front' });
      expect([instance, cause.kind]).toEqual([instance, 'InSync']);
      expect(text).not.toContain('drained');
    }
  });
});
