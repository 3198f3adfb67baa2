import { expect, it } from 'vitest';
import { sweep } from '../../shared/sweep/sweep.ts';
import { instancesOf, writesOf } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

const config = {
  name: 'local',
  cloudMap: { region: 'us-west-2', namespaces: [{ name: '*', create: { kind: 'http' } }] },
};

/** A table of an earlier version, which took the functions' Region for another one where clusters.yml spelled it out. */
async function aFormerTable() {
  const harness = new ScenarioHarness([config]);
  harness.configure(config, {});
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async () => '1',
    write: async () => {},
  });
  harness.publish([
    cluster.apply('virtualnode/front', {}),
    cluster.apply('pod/front-1', { ip: '10.0.0.1' }),
    cluster.apply('pod/front-2', { ip: '10.0.0.2' }),
  ]);
  await harness.settle();
  harness.stores.usedServices.items.clear();
  const targets = () =>
    [...harness.stores.claims.items.values()]
      .map(({ service, phase }) => `${service.target} ${phase}`)
      .sort();
  expect(targets()).toEqual(['own/us-west-2 applied', 'own/us-west-2 applied']);
  harness.configure(config);
  let runs = 0;
  const sweepOnce = async () => {
    await sweep(
      harness.deps,
      { cluster: 'local' },
      { force: false, adopt: true, dryRun: false },
      `run-${++runs}`,
    );
    await harness.settle();
  };
  return { harness, cluster, targets, sweepOnce };
}

it('claims under another spelling of the place are taken again, and no instance is deregistered', async () => {
  const { harness, targets, sweepOnce } = await aFormerTable();
  await sweepOnce();
  expect(targets()).toEqual(['own/own applied', 'own/own applied']);
  const instances = { '10.0.0.1': 'front-1 HEALTHY', '10.0.0.2': 'front-2 HEALTHY' };
  expect(instancesOf(harness.cloudMap)).toEqual({ 'shop.local/front': instances });
  expect(writesOf(harness.cloudMap).filter((write) => write.startsWith('deregister'))).toEqual([]);
});

it('a pod that ends is taken out by the claim that it has, and a later one with its address is not', async () => {
  const { harness, cluster, targets, sweepOnce } = await aFormerTable();
  harness.publish([cluster.apply('pod/front-3', { ip: '10.0.0.1' })]);
  await harness.settle();
  harness.publish([cluster.delete('pod/front-1'), cluster.delete('pod/front-2')]);
  await harness.settle();
  expect(instancesOf(harness.cloudMap)).toEqual({ 'shop.local/front': { '10.0.0.1': 'front-3 HEALTHY' } });
  await sweepOnce();
  await sweepOnce();
  expect(instancesOf(harness.cloudMap)).toEqual({ 'shop.local/front': { '10.0.0.1': 'front-3 HEALTHY' } });
  expect(targets()).toEqual(['own/own applied']);
});

it('who was first in a service stays its owner', async () => {
  const { harness, cluster } = await aFormerTable();
  harness.publish([
    cluster.apply('virtualnode/blue/front', {}),
    cluster.apply('pod/blue/front-9', { ip: '10.0.0.9' }),
  ]);
  await harness.settle();
  expect(Object.keys(instancesOf(harness.cloudMap)['shop.local/front'] ?? {})).not.toContain('10.0.0.9');
});
