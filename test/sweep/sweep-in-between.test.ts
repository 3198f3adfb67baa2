import { expect, it } from 'vitest';
import { sweep } from '../../shared/sweep/sweep.ts';
import { instancesOf } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

/** The sweep lists the cluster; before it continues, a pod and a virtual node are created and processed. */
async function sweepWithNewsAfterListing(): Promise<ScenarioHarness> {
  const harness = new ScenarioHarness([
    { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
  ]);
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.publish([cluster.apply('virtualnode/front', {}), cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
  await harness.settle();
  const listing = cluster.listing();
  const deps = {
    ...harness.deps,
    clusterReader: {
      list: async () => {
        harness.publish([
          cluster.apply('virtualnode/back', {}),
          cluster.apply('pod/back-1', { ip: '10.0.0.2' }),
        ]);
        await harness.settle();
        return listing;
      },
    },
  };
  await sweep(deps, { cluster: 'local' }, { force: false, adopt: true, dryRun: false }, 'run-1');
  await harness.settle();
  return harness;
}

it('a pod or an object created during a sweep does not count as deleted', async () => {
  const harness = await sweepWithNewsAfterListing();
  expect(instancesOf(harness.cloudMap)).toEqual({
    'shop.local/front': { '10.0.0.1': 'front-1 HEALTHY' },
    'shop.local/back': { '10.0.0.2': 'back-1 HEALTHY' },
  });
});
