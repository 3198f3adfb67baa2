import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { at, listAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { afterAll, beforeAll } from 'vitest';
import { startQuickCluster } from '../../packages/embedded-kubernetes/test/harness.ts';

export let cluster: Cluster;

beforeAll(async () => {
  cluster = await startQuickCluster();
});

afterAll(() => cluster.stop());

export const condition = (pod: KubernetesObject | undefined, type: string) =>
  stringAt(
    listAt(pod, 'status', 'conditions').find((each) => at(each, 'type') === type),
    'status',
  );

export const isReady = (pod: KubernetesObject | undefined) => condition(pod, 'Ready') === 'True';

export const podsOf = (app: string, from = cluster) =>
  from.api.list('pods', 'default').filter(({ metadata }) => metadata.labels?.app === app);

export const pod = (name: string, from = cluster) => from.api.get('pods', 'default', name);
