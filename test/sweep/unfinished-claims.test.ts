import { expect, it } from 'vitest';
import { sweep } from '../../shared/sweep/sweep.ts';
import { instancesOf } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

async function aRegisteredPod() {
  const harness = new ScenarioHarness([
    { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
  ]);
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async () => '1',
    write: async () => {},
  });
  const report = async (...events: ReturnType<typeof cluster.apply>[]) => {
    harness.publish(events);
    await harness.settle();
  };
  await report(cluster.apply('virtualnode/front', {}), cluster.apply('pod/front-1', { ip: '10.0.0.1' }));
  const [claim] = harness.stores.claims.items.values();
  if (claim === undefined) throw new Error('there is a claim');
  const findings = async () => {
    const options = { force: false, adopt: true, dryRun: true };
    const { allowed } = await sweep(harness.deps, { cluster: 'local' }, options, 'run');
    return allowed.map(({ kind, instanceId }) => `${kind} ${instanceId}`);
  };
  return { harness, cluster, report, claim, findings };
}

it('a claim in progress is not repaired for two minutes', async () => {
  const { harness, claim, findings } = await aRegisteredPod();
  const { claims } = harness.stores;
  await claims.invalidate(claim, 'attributes');
  expect(await findings()).toEqual([]);
  harness.clock.advance(claim.touchedAtMs + 2 * 60_000 - harness.clock.now());
  expect(await findings()).toEqual([]);
  harness.clock.advance(1);
  expect(await findings()).toEqual(['ClaimUnfinished 10.0.0.1']);
});

it('an unneeded claim of a live pod is left to its writer for two minutes, then reported', async () => {
  const { harness, claim, findings } = await aRegisteredPod();
  const id = { service: claim.service, instanceId: '10.0.0.7' };
  await harness.stores.claims.take(id, claim.owner, claim.serviceId, harness.clock.now());
  expect(await findings()).toEqual([]);
  harness.clock.advance(2 * 60_000);
  expect(await findings()).toEqual([]);
  harness.clock.advance(1);
  expect(await findings()).toEqual(['ClaimUnfinished 10.0.0.7']);
});

it('an unready pod whose instance is being released is not registered again', async () => {
  const { harness, cluster, report } = await aRegisteredPod();
  await report(cluster.delete('virtualnode/front'));
  expect([...harness.stores.claims.items.values()]).toMatchObject([
    { phase: 'releasing', fingerprint: expect.any(String) },
  ]);
  await report(cluster.apply('pod/front-1', { ready: false }));
  await report(cluster.apply('virtualnode/front', {}));
  expect(instancesOf(harness.cloudMap)).toEqual({ 'shop.local/front': {} });
});
