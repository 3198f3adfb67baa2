import { describe, expect, it } from 'vitest';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import { resolveService, serviceKeyOf } from '../../shared/pods/services/resolve-service.ts';
import { anObject, aPod, aPodObject, objectEvent, podEvent } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

/** What happens between two steps of a use case, where no scenario can reach. */
describe('a mesh object of whose change the pods could not be informed', () => {
  const node = (resourceVersion: string, app: string) =>
    objectEvent(
      anObject(
        'VirtualNode',
        {
          podSelector: { matchLabels: { app } },
          serviceDiscovery: { dns: { hostname: app } },
        },
        { resourceVersion },
      ),
    );
  const pod = (app: string) =>
    podEvent({ pod: aPodObject({ metadata: { name: app, uid: app, labels: { app } } }) });
  const received = (events: readonly EventDetail[]) => events.map(({ group }) => group).sort();

  it('a mesh object of whose change the pods could not be informed informs the pods of every state since, as soon as it can', async () => {
    const { deps, sent, queues } = aDependencies();
    for (const app of ['a', 'b', 'c', 'd']) await observePod(deps, pod(app));
    await observeClusterObject(deps, node('1', 'a'));
    expect(received(sent.splice(0))).toEqual(['local/shop/a']);
    queues.areDown = true;
    await expect(observeClusterObject(deps, node('2', 'b'))).rejects.toThrow('the queues are down');
    await expect(observeClusterObject(deps, node('3', 'c'))).rejects.toThrow('the queues are down');
    queues.areDown = false;
    await observeClusterObject(deps, node('3', 'c'));
    expect(received(sent.splice(0))).toEqual(['local/shop/a', 'local/shop/b', 'local/shop/c']);
  });

  it('a mesh object of whose change the pods could not be informed sends no request for a state that it has or that is older', async () => {
    const { deps, sent } = aDependencies();
    await observePod(deps, pod('a'));
    await observeClusterObject(deps, node('1', 'a'));
    sent.splice(0);
    await observeClusterObject(deps, node('1', 'a'));
    await observeClusterObject(deps, node('0', 'a'));
    expect(sent).toEqual([]);
  });

  it('a mesh object of whose change the pods could not be informed informs no pod that is deleted', async () => {
    const { deps, sent } = aDependencies();
    await observePod(deps, { ...pod('a'), change: 'Deleted' });
    await observeClusterObject(deps, node('1', 'a'));
    expect(sent).toEqual([]);
  });

  it('a mesh object of whose change the pods could not be informed says another thing with every change, so that SQS takes none for a repetition', async () => {
    const { deps, sent } = aDependencies();
    await observePod(deps, pod('a'));
    await observeClusterObject(deps, node('1', 'a'));
    await observeClusterObject(deps, node('2', 'b'));
    await observeClusterObject(deps, { ...node('2', 'b'), change: 'Deleted' });
    await observeClusterObject(deps, { ...node('3', 'a') });
    await observeClusterObject(deps, { ...node('3', 'a'), change: 'Deleted' });
    const bodies = sent.map((event) => JSON.stringify(event));
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(bodies.length).toBe(4);
  });
});

describe('a service that two namespaces use at the same time for the first time', () => {
  it('a service that two namespaces use at the same time for the first time is for one of them', async () => {
    const { deps, stores, config } = aDependencies({
      namespacesNamed: async () => [{ id: 'ns-1', name: 'shop.local', kind: 'http', httpName: 'shop.local' }],
      ensureService: async () => 'srv-1',
      describeService: async () => ({
        id: 'srv-1',
        name: 'front',
        httpName: 'shop.local',
        namespaceId: 'ns-1',
        namespaceKind: 'http',
        hasCustomHealthCheck: true,
      }),
      async *listInstances() {},
    });
    const key = serviceKeyOf(config, { namespaceName: 'shop.local', serviceName: 'front' });
    const faster = { cluster: 'local', kubernetesNamespace: 'faster' };
    const { replaceOwners } = stores.services;
    stores.services.replaceOwners = async (service, owners, previous) => {
      if (previous === undefined)
        await replaceOwners.call(stores.services, service, { ...owners, owners: [faster] }, undefined);
      return replaceOwners.call(stores.services, service, owners, previous);
    };
    const asked = resolveService(deps, key, aPod(), { ipFamily: 'ipv4', isNew: true, known: undefined });
    await expect(asked).rejects.toThrow(
      'service shop.local/front belongs to namespace faster of cluster local',
    );
  });
});

describe('where a cluster registers', () => {
  const key = (cloudMap: object) => {
    const [config] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap }] }).clusters;
    if (config === undefined) throw new Error('there is one cluster');
    return serviceKeyOf(config, { namespaceName: 'shop.local', serviceName: 'front' }).target;
  };
  it.each([
    [{}, 'own/own'],
    [{ region: 'eu-west-1' }, 'own/eu-west-1'],
    [{ roleArn: 'arn:aws:iam::111122223333:role/x' }, '111122223333/own'],
    [{ roleArn: 'arn:aws:iam::111122223333:role/x', region: 'eu-west-1' }, '111122223333/eu-west-1'],
  ])('%j: %s', (cloudMap, expected) => {
    expect(key(cloudMap)).toBe(expected);
  });
});
