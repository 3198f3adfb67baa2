import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { PodExplanation } from '../../shared/explain/plan/explained.ts';
import type { CloudMapView } from '../cloud-map-view.ts';
import type { Playground } from '../playground.ts';
import { readDeadLetters } from './dead-letters.ts';
import { conditionFaults, meshObjectsIn, unobserved } from './mesh-conditions.ts';
import { readPods } from './read-pods.ts';
import type { Verdict } from './verdict.ts';
import { workloadFaults } from './workload-faults.ts';

type EmbeddedPlayground = Pick<Playground, 'cloudMap' | 'awsUrl' | 'table' | 'deadLetters' | 'invoke'> & {
  readonly cluster: NonNullable<Playground['cluster']>;
};

/** What is not in sync now. */
export async function readVerdict(playground: EmbeddedPlayground): Promise<Verdict> {
  const { cluster, cloudMap, awsUrl, table } = playground;
  const objects = meshObjectsIn(cluster.api);
  const conditions = conditionFaults(objects);
  const troubled = conditions.filter(({ condition }) => condition.type === 'CloudMapInstancesRegistered');
  const pods = await readPods({
    pods: cluster.store.list('pods'),
    registered: await registeredUids(cloudMap),
    troubled: new Set(troubled.map(({ object }) => object.metadata.namespace ?? '')),
    explain: (pod) => explainPod(playground, pod),
  });
  const deadLetters = await readDeadLetters(awsUrl, table);
  return {
    meshObjects: objects.length,
    conditions,
    pods: pods.counts,
    podFaults: pods.faults,
    workloadFaults: workloadFaults(cluster.store),
    deadLetters,
    otherDeadLetters: Math.max(0, playground.deadLetters() - deadLetters.length),
    unsettled: unobserved(objects) ?? pods.stale,
  };
}

async function registeredUids(cloudMap: CloudMapView): Promise<ReadonlySet<string>> {
  const uids = new Set<string>();
  for (const service of await cloudMap.services())
    for (const { Attributes } of await cloudMap.discover(service)) {
      const uid = Attributes?.['k8s.io/pod-uid'];
      if (uid !== undefined) uids.add(uid);
    }
  return uids;
}

async function explainPod(
  { invoke }: EmbeddedPlayground,
  { metadata }: KubernetesObject,
): Promise<PodExplanation> {
  const { namespace, name } = metadata;
  return (await invoke('explain', {
    cluster: 'local',
    namespace,
    pod: name,
    format: 'json',
  })) as PodExplanation;
}
