import type { Cluster, ClusterOptions } from '../../src/cluster.ts';
import { at, listAt, stringAt } from '../../src/model/json.ts';
import type { JsonObject, KubernetesObject } from '../../src/model/objects.ts';
import { startQuickCluster } from '../harness.ts';

/** A cluster whose pods end and restart fast. */
export function startWorkloadCluster(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  return startQuickCluster({
    ...options,
    timings: { podRunMs: 20, restartMs: 10, nodeGraceMs: 20, ...options.timings },
  });
}

export const phase = (pod: KubernetesObject | undefined) => stringAt(pod, 'status', 'phase');

export const isReady = (pod: KubernetesObject) =>
  listAt(pod, 'status', 'conditions').some(
    (each) => at(each, 'type') === 'Ready' && at(each, 'status') === 'True',
  );

/** What tests read of the namespace default. */
export function view(cluster: Cluster) {
  const pods = (label = '') =>
    cluster.store
      .list('pods', 'default')
      .filter(({ metadata }) => label === '' || metadata.labels?.app === label);
  return {
    pods,
    images: (label: string) => pods(label).map((pod) => stringAt(pod, 'spec', 'containers', 0, 'image')),
    get: (resource: string, name: string) => cluster.api.get(resource, 'default', name),
    /** The messages of the Events about an object. */
    messages: (name: string) =>
      cluster.store
        .list('events', 'default')
        .filter((event) => stringAt(event, 'involvedObject', 'name') === name)
        .map((event) => stringAt(event, 'message')),
    setImage: (resource: string, name: string, image: string) =>
      cluster.api.patch(resource, 'default', name, {
        spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
      }),
  };
}

/** A workload whose pods have the label app=NAME; annotations are those of its pods. */
export function workload(
  kind: string,
  name: string,
  spec: JsonObject,
  podSpec: JsonObject = {},
  annotations: JsonObject = {},
) {
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace: 'default' },
    spec: {
      ...(kind !== 'Job' && { selector: { matchLabels: { app: name } } }),
      ...spec,
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name: 'main', image: 'app:1' }], ...podSpec },
      },
    },
  };
}
