import { describe, expect, it } from 'vitest';
import type { ObjectDesired } from '../../../../shared/mesh/objects-target/plan/object-claim.ts';
import type { EnvoyClaim } from '../../../../shared/mesh/targets/envoy/envoy-claim.ts';
import type { EnvoyRun } from '../../../../shared/mesh/targets/envoy/envoy-run.ts';
import { referencesIn } from '../../../../shared/mesh/targets/envoy/kept-references.ts';
import { releaseConfigMap } from '../../../../shared/mesh/targets/envoy/release-config-map.ts';
import { stageProblem } from '../../../../shared/mesh/targets/envoy/stage-problem.ts';

describe('what the files of a proxy refer to', () => {
  const [blue, green] = ['Service/apps/blue', 'Service/shop/green'];
  const desired = (spec: object) => ({ dependsOn: [blue], spec }) as unknown as ObjectDesired;
  const kept = desired({ kept: { services: ['cart'] } });
  const former = (...dependsOn: readonly string[]) => ({ dependsOn }) as unknown as EnvoyClaim;
  const clusters = (...hosts: readonly string[]) => ({
    'cds.json': hosts.map((host) => `"${host}"`).join(),
    'lds.json': '"green.shop.svc.cluster.local."',
  });

  it('is what is desired, if nothing stays as it was', () => {
    expect(referencesIn(desired({}), former(green), undefined)).toEqual([blue]);
    expect(referencesIn(desired({}), former(green), clusters('green.shop.svc.cluster.local.'))).toEqual([
      blue,
    ]);
  });

  it('are also the Services of the former claim, as long as it is not known what the clusters name', () => {
    expect(referencesIn(kept, former(green, blue), undefined)).toEqual([blue, green]);
    expect(referencesIn(kept, former('ConfigMap/shop/green'), undefined)).toEqual([blue]);
    expect(referencesIn(kept, undefined, undefined)).toEqual([blue]);
    expect(referencesIn(kept, former(green), {})).toEqual([blue, green]);
  });

  it('are of these only those that the clusters still name', () => {
    const all = former(green, 'Service/shop/red', 'Service/apps/green', 'ConfigMap/shop/green');
    expect(referencesIn(kept, all, clusters('green.shop.svc.cluster.local.'))).toEqual([blue, green]);
    expect(referencesIn(kept, all, clusters('my-green.shop.svc.cluster.local.'))).toEqual([blue]);
    expect(referencesIn(kept, all, clusters())).toEqual([blue]);
  });
});

describe('the release of a ConfigMap that pods use', () => {
  const nowMs = 1_000_000;
  const resource = { group: '', kind: 'ConfigMap', namespace: 'apps', name: 'blue.virtual-node' };
  const pod = (name: string) => ({
    metadata: { name },
    spec: { volumes: [{ configMap: { name: 'blue.virtual-node' } }] },
  });

  async function released(pods: readonly string[], claim: Partial<EnvoyClaim> = {}) {
    const [puts, notes, lists] = [[] as unknown[], [] as string[], [] as unknown[]];
    const run = {
      cluster: 'local',
      put: async (each: unknown) => void puts.push(each),
      deps: { clock: { now: () => nowMs }, note: (text: string) => void notes.push(text) },
    };
    const list = async (...args: readonly unknown[]) => {
      lists.push(args);
      return pods.map(pod);
    };
    const target = { run, objects: { list } } as unknown as EnvoyRun;
    const before = { key: 'a', resource, phase: 'applied', ...claim } as unknown as EnvoyClaim;
    return { problem: await releaseConfigMap(target, before), puts, notes, lists };
  }

  const text = (pods: string) =>
    `ConfigMap apps/blue.virtual-node is not deleted yet: pods ${pods} still use it`;
  const mounted = (times: number, waitMs: number, message = text('a')) => ({
    ...{ key: 'a', resource, phase: 'releasing' },
    mounted: { times, message, dueAtMs: nowMs + waitMs },
  });

  it('waits, and says for which', async () => {
    const message = text('a');
    expect(await released(['a'])).toEqual({
      problem: { reason: 'Pending', message },
      puts: [mounted(1, 15_000)],
      notes: [`cluster local: ${message}`],
      lists: [[{ apiVersion: 'v1', kind: 'Pod' }, { namespace: 'apps' }]],
    });
  });

  it.each([
    [['a', 'b', 'c'], 'a, b, c'],
    [['a', 'b', 'c', 'd'], 'a, b, c and 1 more'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('names three of %j', async (pods, named) => {
    expect((await released(pods)).problem?.message).toBe(text(named));
  });

  it.each([
    [1, 30_000],
    [2, 60_000],
    [5, 480_000],
    [6, 600_000],
    [20, 600_000],
  ])('after %d attempts waits %d ms', async (times, waitMs) => {
    const { puts } = await released(['a'], { mounted: { times, message: 'before', dueAtMs: nowMs } });
    expect(puts).toEqual([mounted(times + 1, waitMs)]);
  });

  it('reads nothing before its time', async () => {
    const message = 'before';
    expect(await released(['a'], { mounted: { times: 1, message, dueAtMs: nowMs + 1 } })).toEqual({
      problem: { reason: 'Pending', message },
      ...{ puts: [], notes: [], lists: [] },
    });
  });

  it('forgets stages and annotations that nobody needs any more', async () => {
    const stage = { fingerprint: 'x', message: 'y', dueAtMs: 1 };
    const refresh = { digest: 'x', times: 0, dueAtMs: 1 };
    expect((await released(['a'], { stage, refresh })).puts).toEqual([mounted(1, 15_000)]);
  });
});

describe('what a ConfigMap waits for', () => {
  it('has its time in whole seconds, as long as it is to come', () => {
    const stage = { fingerprint: 'x', message: 'it waits', dueAtMs: 1_500 };
    const text = (now: number) => stageProblem(stage, now);
    expect(text(1_499)).toEqual({
      reason: 'Pending',
      message: 'it waits after 1970-01-01T00:00:02Z, when all proxies have read it',
    });
    expect(text(1_500)).toEqual({ reason: 'Pending', message: 'it waits with the next run' });
  });
});
