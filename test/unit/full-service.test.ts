import { expect, it } from 'vitest';
import { sweep } from '../../shared/sync/sweep.ts';
import { doByHand, serviceOf } from '../scenario/cloud-map.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { Stage } from '../scenario/stage.ts';

const config = {
  name: 'local',
  cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] },
  tenancy: [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }],
};

/** A service with a pod of ours, and so many instances of somebody else. */
async function aServiceWith(others: number, serviceName = 'front') {
  const stage = new Stage([config]);
  const cluster = new ScenarioCluster('local', () => stage.clock.now());
  stage.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async () => '1',
    write: async () => {},
  });
  const tell = async (...events: ReturnType<typeof cluster.apply>[]) => {
    stage.publish(events);
    await stage.settle();
  };
  const virtualNode = cluster.apply('virtualnode/front', { service: `shop.local/${serviceName}` });
  await tell(virtualNode, cluster.apply('pod/front-1', { ip: '10.0.0.1' }));
  for (let index = 0; index < others; index++)
    doByHand(stage, {
      register: `shop.local/${serviceName}/ecs-${index}`,
      attributes: { AWS_INSTANCE_IPV4: '10.9.0.1', ECS_TASK: `${index}` },
    });
  stage.cloudMap.calls.clear();
  let runs = 0;
  const sweepOnce = async () => {
    const options = { force: false, adopt: true, dryRun: false };
    const { allowed } = await sweep(stage.world, { cluster: 'local' }, options, `run-${++runs}`);
    await stage.settle();
    return allowed.map(({ kind, detail }) => `${kind}: ${detail}`);
  };
  const problems = (name: string) =>
    [...stage.stores.pods.items.values()].find(({ pod }) => pod.name === name)?.problems ?? [];
  const deadLetters = () => stage.queues.pods.deadLetters;
  return { stage, cluster, tell, sweepOnce, problems, deadLetters };
}

it('a pod that finds its service full is refused once, with the quota by its name, and takes the room that appears', async () => {
  const { stage, cluster, tell, sweepOnce, problems, deadLetters } = await aServiceWith(999);
  await tell(cluster.apply('pod/front-2', { ip: '10.0.0.2' }));
  expect(stage.cloudMap.calls.get('RegisterInstance')).toBe(1);
  expect(problems('front-2')).toMatchObject([
    {
      reason: expect.stringMatching(
        /^Cloud Map service shop.local\/front is full: .*"Instances per service"/,
      ),
    },
  ]);
  expect(deadLetters()).toEqual([]);
  const owners = [...stage.stores.claims.items.values()].map(({ owner }) => owner.name);
  expect(owners, 'nothing is claimed that is not there').toEqual(['front-1']);

  expect(await sweepOnce()).toEqual([
    expect.stringMatching(/^Refused: Cloud Map service shop.local\/front is full/),
  ]);
  expect(stage.cloudMap.calls.get('RegisterInstance'), 'nothing is asked again').toBe(1);

  await tell(cluster.apply('pod/front-1', { labels: { app: 'front', version: 'v2' } }));
  const { attributes } = serviceOf(stage.cloudMap, 'shop.local/front').instances['10.0.0.1'] ?? {};
  expect(attributes?.version, 'what is there can be updated').toBe('v2');

  doByHand(stage, { deregister: 'shop.local/front/ecs-7' });
  expect(await sweepOnce()).toEqual([expect.stringMatching(/^missing/)]);
  expect(serviceOf(stage.cloudMap, 'shop.local/front').instances).toHaveProperty(['10.0.0.2']);
  expect(await sweepOnce()).toEqual([]);
  expect(deadLetters()).toEqual([]);
}, 60_000);

it('a full namespace is named as such', async () => {
  const { stage, cluster, tell, sweepOnce, problems, deadLetters } = await aServiceWith(5);
  stage.cloudMap.settings.quotas = { ...stage.cloudMap.settings.quotas, instancesPerNamespace: 6 };
  await tell(cluster.apply('pod/front-2', { ip: '10.0.0.2' }));
  expect(problems('front-2')).toMatchObject([
    { reason: expect.stringMatching(/^Cloud Map namespace shop.local is full: .*"Instances per namespace"/) },
  ]);
  expect(await sweepOnce()).toEqual([expect.stringMatching(/^Refused: /)]);
  doByHand(stage, { deregister: 'shop.local/front/ecs-3' });
  stage.clock.advance(16 * 60_000);
  expect(await sweepOnce()).toEqual([expect.stringMatching(/^missing/)]);
  expect(await sweepOnce()).toEqual([]);
  expect(deadLetters()).toEqual([]);
});
