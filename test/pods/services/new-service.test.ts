import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloudMapAdapter } from '../../../shared/adapters/aws/cloud-map.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { observePod } from '../../../shared/pods/observe-pod.ts';
import { aPodObject, podEvent } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

const [config] = clustersFile.parse({
  clusters: [{ name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } }],
}).clusters;

/** A ready pod with an annotation that names its service. */
function readyPod(index: number, service: string) {
  const annotations = {
    'eks-mesh-sync/cloud-map-namespace': 'shop.local',
    'eks-mesh-sync/cloud-map-service': service,
  };
  const status = {
    phase: 'Running',
    podIPs: [{ ip: `10.0.0.${index}` }],
    conditions: ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' })),
  };
  const metadata = { namespace: 'shop', name: `front-${index}`, uid: `uid-${index}`, annotations };
  return podEvent({ pod: aPodObject({ metadata, status }) });
}

describe('a new service', () => {
  let cloudMap: CloudMap;
  let clock: VirtualClock;
  let register: (...pods: ReturnType<typeof readyPod>[]) => Promise<unknown>;
  const services = () => cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services);
  const instances = () =>
    Object.fromEntries(services().map(({ name, instances }) => [name, Object.keys(instances).length]));
  const deleteAll = () => {
    for (const { id, services } of cloudMap.snapshot().namespaces) {
      for (const { id: ServiceId, instances } of services) {
        for (const InstanceId of Object.keys(instances))
          cloudMap.handle('DeregisterInstance', { ServiceId, InstanceId });
        clock.advance(5_000);
        cloudMap.handle('DeleteService', { Id: ServiceId });
      }
      cloudMap.handle('DeleteNamespace', { Id: id });
    }
  };
  const callsSince = async (work: () => Promise<unknown>) => {
    cloudMap.calls.clear();
    await work();
    return Object.fromEntries(cloudMap.calls);
  };

  beforeEach(() => {
    clock = new VirtualClock();
    cloudMap = new CloudMap({ clock, settings: { rates: {} } });
    const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
    const { deps } = aDependencies();
    if (config === undefined) throw new Error('there is one cluster');
    const sleep = async (milliseconds: number) => clock.advance(milliseconds);
    const system = {
      ...deps,
      ...{ clock: { now: () => clock.now(), sleep }, cloudMap: () => adapter, cluster: () => config },
    };
    register = async (...pods) => {
      await Promise.all(pods.map((pod) => observePod(system, pod)));
      clock.advance(5_000);
    };
  });

  it('a new service is searched for and created once by the pods of a batch', async () => {
    await register(readyPod(0, 'back'));
    const pods = [1, 2, 3, 4, 5].map((index) => readyPod(index, 'front'));
    expect(await callsSince(() => register(...pods))).toEqual({
      ...{ CreateService: 1, GetService: 1, ListInstances: 1 },
      ...{ GetInstance: 5, RegisterInstance: 5 },
    });
    expect(instances()).toEqual({ back: 1, front: 5 });
  });

  it('a new service is created in the namespace that replaces one that was listed before and deleted meanwhile', async () => {
    await register(readyPod(0, 'back'));
    const [replaced] = cloudMap.snapshot().namespaces;
    deleteAll();
    clock.advance(5_000);
    cloudMap.handle('CreateHttpNamespace', { Name: 'shop.local' });
    clock.advance(5_000);
    await register(readyPod(1, 'front'), readyPod(2, 'side'));
    expect(instances()).toEqual({ front: 1, side: 1 });
    expect(cloudMap.snapshot().namespaces.map(({ id }) => id)).not.toContain(replaced?.id);
  });
});
