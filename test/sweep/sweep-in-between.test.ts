import { expect, it } from 'vitest';
import { sweep } from '../../shared/sweep/sweep.ts';
import { instancesOf } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { Stage } from '../scenario/stage.ts';

/** The sweep lists the cluster; before it continues, a pod and a virtual node are created and processed. */
async function sweepWithNewsAfterListing(): Promise<Stage> {
  const stage = new Stage([
    { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } },
  ]);
  const cluster = new ScenarioCluster('local', () => stage.clock.now());
  stage.publish([cluster.apply('virtualnode/front', {}), cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
  await stage.settle();
  const listing = cluster.listing();
  const deps = {
    ...stage.deps,
    clusterReader: {
      list: async () => {
        stage.publish([
          cluster.apply('virtualnode/back', {}),
          cluster.apply('pod/back-1', { ip: '10.0.0.2' }),
        ]);
        await stage.settle();
        return listing;
      },
    },
  };
  await sweep(deps, { cluster: 'local' }, { force: false, adopt: true, dryRun: false }, 'run-1');
  await stage.settle();
  return stage;
}

it('a pod or an object created during a sweep does not count as deleted', async () => {
  const stage = await sweepWithNewsAfterListing();
  expect(instancesOf(stage.cloudMap)).toEqual({
    'shop.local/front': { '10.0.0.1': 'front-1 HEALTHY' },
    'shop.local/back': { '10.0.0.2': 'back-1 HEALTHY' },
  });
});
