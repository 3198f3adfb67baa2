import { createMetrics } from '../../relay/metrics.ts';
import type { Sender } from '../../relay/send/sender.ts';
import { clusterObjectChanged, podChanged } from '../../relay/watch/details.ts';
import { Observer } from '../../relay/watch/observer.ts';
import { type KubernetesObject, pods } from '../../shared/adapters/kubernetes/resources.ts';
import { PermanentError } from '../../shared/model/errors.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import type { ClusterObject, PodObject } from '../../shared/model/kubernetes.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { ExplainHarness } from '../explain/harness/harness.ts';
import { anObject, objectEvent, podEvent } from '../fakes/objects.ts';
import { MeshHarness } from '../mesh/harness/harness.ts';

/** A cluster in which a virtual node selects pods with the label `app: front`, in a mesh. */
async function clusterWith(...events: readonly EventDetail[]): Promise<ExplainHarness> {
  const harness = new ExplainHarness();
  harness.harness.publish([
    objectEvent(anObject('Namespace', undefined, { name: 'shop', labels: { mesh: 'shop' } })),
    objectEvent(anObject('Mesh', { namespaceSelector: { matchLabels: { mesh: 'shop' } } }, { name: 'shop' })),
    objectEvent(
      anObject(
        'VirtualNode',
        {
          podSelector: { matchLabels: { app: 'front' } },
          serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
        },
        { name: 'usual', uid: 'uid-usual' },
      ),
    ),
    ...events,
  ]);
  await harness.harness.settle();
  return harness;
}

interface Prepared {
  readonly event: EventDetail;
  readonly observed: PodObject | ClusterObject;
}

/** A step of the system that has to do with an input; answers the work, ready to be done. */
export type Entry = (input: Prepared) => Promise<() => unknown>;

const relay: Entry = async ({ observed }) => {
  const offered: string[] = [];
  const sender = {
    waitForCapacity: () => undefined,
    offer: ({ detail }: { detail: string }) => offered.push(detail),
  };
  const observer = new Observer<KubernetesObject>({
    cluster: 'local',
    resource: pods,
    namespace: undefined,
    toDetail: (change, object) =>
      'kind' in object
        ? clusterObjectChanged('local', change, object as ClusterObject)
        : podChanged('local', change, object as PodObject, () => undefined),
    clusterCreatedAt: () => undefined,
    sender: sender as unknown as Sender,
    metrics: createMetrics(),
  });
  return () => observer.applied(observed as KubernetesObject, 'watch');
};

/** Parsed, stored, acted on; and the virtual nodes' statuses. */
const observe: Entry = async ({ event }) => {
  const { harness } = await clusterWith();
  return async () => {
    harness.publish([event]);
    await harness.settle();
  };
};

const sweeping: Entry = async ({ event }) => {
  const { harness } = await clusterWith(event, podEvent());
  return () =>
    sweep(harness.deps, { cluster: 'local' }, { force: false, adopt: true, dryRun: true }, 'run-1');
};

const explain: Entry = async ({ event }) => {
  const harness = await clusterWith(event, podEvent());
  const object =
    event.type === 'Cluster Object Changed' && event.object.kind !== 'Namespace'
      ? { kind: event.object.kind, namespace: event.object.metadata.namespace, name: 'front' }
      : undefined;
  return async () => {
    await harness.pod('front-1');
    if (object !== undefined) await harness.ask({ cluster: 'local', object });
  };
};

const reconcile: Entry = async ({ event }) => {
  const harness = new MeshHarness();
  harness.queue.push(
    objectEvent(anObject('Namespace', undefined, { name: 'shop', labels: { mesh: 'shop' } })),
    objectEvent(anObject('Mesh', { namespaceSelector: {} }, { name: 'shop' })),
  );
  await harness.settle();
  return async () => {
    harness.queue.push(event);
    try {
      await harness.settleInOneRun();
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error; // what is at fault is reported, and the rest goes on
      await harness.settleInOneRun();
    }
  };
};

export const podEntries = { relay, observe, sweeping, explain };
export const objectEntries = { relay, observe, sweeping, explain, reconcile };

export const ofPod = (pod: PodObject): Prepared => ({ event: podEvent({ pod }), observed: pod });
export const ofObject = (object: ClusterObject): Prepared => ({
  event: objectEvent(object),
  observed: object,
});
