import { clustersFile } from '../../shared/model/cluster-config.ts';
import { detailTypes, type EventDetail } from '../../shared/model/events/event.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { anObject, aPod } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

/** What observes objects of the cluster `local`, of which clusters.yml says this; its telemetry is kept. */
export function observing(settings: object = {}) {
  const [config] = clustersFile.parse({ clusters: [{ name: 'local', ...settings }] }).clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const all = aDependencies();
  const telemetry: unknown[][] = [];
  const deps = {
    ...all.deps,
    cluster: () => config,
    telemetry: {
      change: () => undefined,
      log: (...line: unknown[]) => void telemetry.push(line),
      count: (...metric: unknown[]) => void telemetry.push(metric),
    },
  };
  const withPods = async (...names: readonly string[]) => {
    for (const name of names) {
      const [namespace = '', app = ''] = name.split('/');
      await deps.pods.record({
        pod: aPod({ namespace, name: app, uid: name, labels: { app } }),
        deleted: false,
      });
    }
  };
  const stored = (object: ClusterObject) => deps.objects.find('local', object);
  /** The events sent since it was called last. */
  const sent = () => all.sent.splice(0);
  return { ...all, deps, telemetry, withPods, stored, sent };
}

/** A virtual node that selects the pods with this label. */
export const aNode = (app: string, metadata: Partial<ClusterObject['metadata']> = {}, spec: object = {}) =>
  anObject('VirtualNode', { podSelector: { matchLabels: { app } }, ...spec }, metadata);

/** Short texts of requests: the pod to resync, the namespace whose statuses are due, or the run of a mesh. */
export function shortly(events: readonly EventDetail[]): readonly string[] {
  return events.map((event) => {
    if (event.type === detailTypes.podResyncRequested) return `${event.pod.namespace}/${event.pod.name}`;
    if (event.type === detailTypes.meshStatusRequested) return `statuses of ${event.namespace}`;
    if (event.type === detailTypes.meshReconcileRequested) return `mesh: ${event.run}`;
    return event.type;
  });
}
