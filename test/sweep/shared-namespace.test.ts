import { describe, expect, it } from 'vitest';
import { resyncRequested } from '../../shared/model/events/resync-requested.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

const owner = '444455556666';
const options = { force: false, adopt: true, dryRun: false };

/** A namespace that another account shares by AWS RAM; this account has one of the same name. */
async function harnessWithShared() {
  const harness = new ScenarioHarness([{ name: 'local' }]);
  for (const account of [owner, '000000000000'])
    harness.cloudMap.handleAs(account, 'CreatePrivateDnsNamespace', {
      Name: 'shop.local',
      Vpc: `vpc-${account}`,
    });
  harness.clock.advance(1_000);
  const arn = harness.cloudMap.snapshot().namespaces.find((namespace) => namespace.owner === owner)?.arn;
  harness.configure({ name: 'local', cloudMap: { namespaces: [{ name: 'shop.local', arn }] } });
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async (pod, condition) => cluster.setCondition(pod, condition, () => {}),
    write: async (object, status) => cluster.setStatus(object, status),
  });
  const apply = async (reference: string, change: object) => {
    harness.publish([cluster.apply(reference, change)]);
    await harness.settle();
  };
  await apply('virtualnode/front', {});
  await apply('pod/front-1', { ip: '10.0.0.1' });
  const instances = () =>
    harness.cloudMap
      .snapshot()
      .namespaces.flatMap((namespace) =>
        namespace.services.map(({ instances }) => [namespace.owner, Object.keys(instances)]),
      );
  return { harness, cluster, apply, instances };
}

describe('a namespace that another account shares', () => {
  it('a namespace that another account shares is used by its ARN, from registering to deregistering', async () => {
    const { harness, cluster, apply, instances } = await harnessWithShared();
    expect(instances()).toEqual([[owner, ['10.0.0.1']]]);
    const [claim] = harness.stores.claims.items.values();
    expect(claim).toMatchObject({
      serviceId: expect.stringMatching(`^arn:aws:servicediscovery:us-west-2:${owner}:service/srv-`),
      operationId: expect.stringMatching(`^${owner}:`),
    });
    const { report } = await sweep(harness.deps, { cluster: 'local' }, options, 'run-1');
    expect([report.counts, report.instances]).toEqual([{}, 1]);
    // Once for the account; again for the service, because its operations are of the other account.
    expect(report.calls).toMatchObject({ ListOperations: 2 });
    expect(report.healthReadFailures).toBeUndefined();
    await apply('pod/front-1', { ready: false });
    harness.publish([cluster.delete('pod/front-1')]);
    await harness.settle();
    expect(instances()).toEqual([[owner, []]]);
    expect(harness.queues.pods.deadLetters).toEqual([]);
  });

  it('a namespace that another account shares has its operations waited for with the account that owns them', async () => {
    const { harness, apply, instances } = await harnessWithShared();
    harness.cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 3_000;
    await apply('pod/front-1', { labels: { app: 'front', version: 'v2' } });
    harness.publish([
      resyncRequested({ cluster: 'local', namespace: 'shop', name: 'front-1' }, 'x', 'again'),
    ]);
    await apply('pod/front-1', { labels: { app: 'front', version: 'v3' } });
    expect(instances()).toEqual([[owner, ['10.0.0.1']]]);
    expect([...harness.stores.pods.items.values()].flatMap(({ problems }) => problems)).toEqual([]);
  });
});
