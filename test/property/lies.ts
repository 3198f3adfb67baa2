import fc from 'fast-check';
import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  type EventDetail,
  eventVersion,
  type PodChanged,
  relaySource,
} from '../../shared/model/events/event.ts';
import { podGroup } from '../../shared/model/identity.ts';
import type { Simulation } from './simulation.ts';
import { cloudMapNamespace, clusterName, hostOf, namespace } from './states.ts';

/** Names that pods and virtual nodes of the cluster have, and names that none has. */
const podName = fc.constantFrom('p0', 'p1', 'p2', 'p3', 'ghost');
const nodeName = fc.constantFrom('vn-a', 'vn-b', 'steady', 'vn-ghost');
const version = fc.constantFrom('0', '99', '105', '130', '99999999999999999999');
const uid = fc.constantFrom('the real one', 'another');
const createdAt = fc.constantFrom('1970-01-01T00:00:00Z', '2026-11-21T10:00:30Z', '2099-01-01T00:00:00Z');
const change = fc.constantFrom('Applied' as const, 'Deleted' as const);

/** What an event about the cluster may say that is not so. */
const falseEvent = fc.oneof(
  fc.record({
    do: fc.constant('forge listing' as const),
    kind: fc.constantFrom('Pod' as const, 'VirtualNode' as const, 'Namespace' as const),
    version,
    left: fc.subarray(['p0', 'p1', 'vn-a', 'steady', 'ghost']),
    takenAfterMs: fc.option(fc.constantFrom(-3_600_000, 0, 3_600_000)),
    clusterCreatedAt: fc.option(createdAt),
  }),
  fc.record({ do: fc.constant('forge pod' as const), podName, version, uid, createdAt, change }),
  fc.record({ do: fc.constant('forge zone' as const), podName, version }),
  fc.record({ do: fc.constant('forge node' as const), nodeName, version, uid, createdAt, change }),
  fc.record({ do: fc.constant('forge namespace' as const), version, createdAt, change }),
);
type FalseEvent = typeof falseEvent extends fc.Arbitrary<infer T> ? T : never;

/** What makes versions false: forged and mistaken events, and what is done to the cluster itself. */
export const lie = fc.oneof(
  { weight: 5, arbitrary: falseEvent },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('etcd' as const),
      what: fc.constantFrom('backup' as const, 'restore' as const, 'new versions' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('clock' as const),
      offMs: fc.constantFrom(-600_000, -60_000, -2_000, 0, 2_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('late listing' as const) }) },
);
export type Lie = typeof lie extends fc.Arbitrary<infer T> ? T : never;

/** Does it; what is sent by it comes now, or is added to `late`. */
export function report(simulation: Simulation, step: Lie, late: EventDetail[]): void {
  const { snapshot, channel } = simulation;
  if (step.do === 'etcd') snapshot.etcd(step.what);
  if (step.do === 'clock') snapshot.creationOffMs = step.offMs;
  if (step.do === 'late listing') late.push(...snapshot.listing());
  if (isFalseEvent(step)) channel.send(falseEvents(simulation, step));
}

function isFalseEvent(step: Lie): step is FalseEvent {
  return step.do.startsWith('forge ');
}

/** Of a live pod's zone, there is none if there is no such pod. */
function falseEvents(simulation: Simulation, step: FalseEvent): readonly EventDetail[] {
  switch (step.do) {
    case 'forge listing':
      return [forgedListing(step, simulation.clock.now())];
    case 'forge pod':
      return [forgedPod(simulation, step)];
    case 'forge zone':
      return forgedZone(simulation, step);
    case 'forge node':
      return [forgedNode(simulation, step)];
    case 'forge namespace':
      return [forgedNamespace(step)];
  }
}

const supersedes = { uid: 'forged-p0', resourceVersion: '1', deleted: false };

/**
 * A false event by who may not send it: the relay of another cluster, also of one whose name is like that of this cluster,
 * or this cluster's relay as if it were a function.
 */
export const forgery = fc.record({
  do: fc.constant('send as another' as const),
  event: falseEvent,
  sender: fc.constantFrom<{ readonly cluster: string; readonly fields?: object }>(
    ...['staging', `${clusterName}-2`, clusterName.toUpperCase(), ''].map((cluster) => ({ cluster })),
    { cluster: clusterName, fields: { run: 'forged' } },
    { cluster: clusterName, fields: { supersedes } },
    { cluster: clusterName, fields: { group: 'staging' } },
  ),
});
export type Forgery = typeof forgery extends fc.Arbitrary<infer T> ? T : never;

export function sendAsAnother(simulation: Simulation, { event, sender }: Forgery): void {
  for (const detail of falseEvents(simulation, event))
    simulation.channel.forge(relaySource(sender.cluster), { ...detail, ...sender.fields });
}

const common = { version: eventVersion, cluster: clusterName } as const;

function forgedListing(step: Extract<Lie, { do: 'forge listing' }>, nowMs: number): ClusterListed {
  const { kind, left, takenAfterMs, clusterCreatedAt } = step;
  return {
    ...{ ...common, type: detailTypes.clusterListed, group: clusterName },
    listing: {
      ...{
        id: `forged-${nowMs}`,
        kind,
        resourceVersion: step.version,
        part: 1,
        parts: 1,
        from: '',
        to: null,
      },
      ...(takenAfterMs !== null && { takenAt: new Date(nowMs + takenAfterMs).toISOString() }),
      ...(clusterCreatedAt !== null && { clusterCreatedAt }),
      objects: left.map((name) => ({ key: `${namespace}/${name}`, uid: `forged-${name}` })),
    },
  };
}

function forgedPod({ snapshot }: Simulation, step: Extract<Lie, { do: 'forge pod' }>): PodChanged {
  const { podName: name, change, createdAt: creationTimestamp } = step;
  const uid = (step.uid === 'the real one' && snapshot.pods.get(name)?.uid) || `forged-${name}`;
  const labels = { color: 'blue', app: name };
  return {
    ...{ ...common, type: detailTypes.podChanged, change },
    group: podGroup({ cluster: clusterName, namespace, name }),
    pod: {
      metadata: { namespace, name, uid, resourceVersion: step.version, creationTimestamp, labels },
      spec: { nodeName: 'node-1' },
      status: {
        ...{ phase: 'Running', podIPs: [{ ip: '10.0.0.2' }] },
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'ContainersReady', status: 'True' },
        ],
      },
    },
  };
}

/** A live pod as it is, with a false zone. */
function forgedZone(
  { snapshot }: Simulation,
  { podName, version }: Extract<Lie, { do: 'forge zone' }>,
): PodChanged[] {
  const pod = snapshot.pods.get(podName);
  if (pod === undefined) return [];
  const event = snapshot.podEvent(pod, 'Applied');
  const node = { name: hostOf(podName), region: 'us-west-2', zone: 'us-west-2z', resourceVersion: version };
  return [{ ...event, node }];
}

function forgedNode(
  { snapshot }: Simulation,
  step: Extract<Lie, { do: 'forge node' }>,
): ClusterObjectChanged {
  const { nodeName: name, change, createdAt: creationTimestamp } = step;
  const uid = (step.uid === 'the real one' && snapshot.nodes.get(name)?.uid) || `forged-${name}`;
  return {
    ...{ ...common, type: detailTypes.clusterObjectChanged, group: clusterName, change },
    object: {
      ...{ apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'VirtualNode' },
      metadata: { namespace, name, uid, resourceVersion: step.version, creationTimestamp },
      spec: {
        podSelector: { matchLabels: { color: 'red' } },
        serviceDiscovery: { awsCloudMap: { namespaceName: cloudMapNamespace, serviceName: 's2' } },
      },
    },
  };
}

function forgedNamespace(step: Extract<Lie, { do: 'forge namespace' }>): ClusterObjectChanged {
  const { version: resourceVersion, createdAt: creationTimestamp, change } = step;
  return {
    ...{ ...common, type: detailTypes.clusterObjectChanged, group: clusterName, change },
    object: {
      ...{ apiVersion: 'v1', kind: 'Namespace' },
      metadata: { name: namespace, uid: 'forged-namespace', resourceVersion, creationTimestamp },
    },
  };
}
