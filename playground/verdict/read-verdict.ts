import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { PodExplanation } from '../../shared/explain/plan/explained.ts';
import type { CloudMapView } from '../cloud-map-view.ts';
import type { Playground } from '../playground.ts';
import { readDeadLetters } from './dead-letters.ts';
import { conditionFaults, meshObjectsIn, unobserved } from './mesh-conditions.ts';
import { readPods } from './read-pods.ts';
import type { Verdict } from './verdict.ts';
import { workloadFaults } from './workload-faults.ts';

/** What is not in sync now. Of a real cluster, which is only watched, only what is known here. */
export async function readVerdict(playground: Playground): Promise<Verdict> {
  const { cluster, awsUrl, table } = playground;
  const deadLetters = await readDeadLetters(awsUrl, table);
  const otherDeadLetters = Math.max(0, playground.deadLetters() - deadLetters.length);
  const found = cluster === undefined ? nothing : await readCluster(playground, cluster);
  return { ...found, deadLetters, otherDeadLetters };
}

type ClusterVerdict = Omit<Verdict, 'deadLetters' | 'otherDeadLetters'>;

const nothing: ClusterVerdict = {
  ...{ meshObjects: 0, hasMesh: true, conditions: [], podFaults: [], workloadFaults: [], unsettled: null },
  pods: { registered: 0, unselected: 0, ended: 0 },
};

async function readCluster(
  playground: Playground,
  { api, store }: NonNullable<Playground['cluster']>,
): Promise<ClusterVerdict> {
  const objects = meshObjectsIn(api);
  const conditions = conditionFaults(objects);
  const troubled = conditions.filter(({ condition }) => condition.type === 'CloudMapInstancesRegistered');
  const pods = await readPods({
    pods: store.list('pods'),
    registered: await registeredUids(playground.cloudMap),
    troubled: new Set(troubled.map(({ object }) => object.metadata.namespace ?? '')),
    explain: (pod) => explainPod(playground, pod),
    hint: ({ metadata }) => playground.pods?.kubelet.reasonOf(metadata.uid),
  });
  return {
    meshObjects: objects.length,
    hasMesh: objects.some(({ kind }) => kind === 'Mesh'),
    conditions,
    pods: pods.counts,
    podFaults: pods.faults,
    workloadFaults: workloadFaults(store),
    unsettled: unobserved(objects) ?? pods.stale ?? playground.pods?.kubelet.starting() ?? null,
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

async function explainPod({ invoke }: Playground, { metadata }: KubernetesObject): Promise<PodExplanation> {
  const { namespace, name } = metadata;
  return (await invoke('explain', {
    cluster: 'local',
    namespace,
    pod: name,
    format: 'json',
  })) as PodExplanation;
}
