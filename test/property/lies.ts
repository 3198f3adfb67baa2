import fc from 'fast-check';
import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  type EventDetail,
  eventVersion,
  type PodChanged,
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

/** What makes versions false: forged and mistaken events, and what is done to the cluster itself. */
export const lie = fc.oneof(
  fc.record({
    do: fc.constant('forge listing' as const),
    kind: fc.constantFrom('Pod' as const, 'VirtualNode' as const),
    version,
    left: fc.subarray(['p0', 'p1', 'vn-a', 'steady', 'ghost']),
    takenAfterMs: fc.option(fc.constantFrom(-3_600_000, 0, 3_600_000)),
    clusterCreatedAt: fc.option(createdAt),
  }),
  fc.record({ do: fc.constant('forge pod' as const), podName, version, uid, createdAt, change }),
  fc.record({ do: fc.constant('forge zone' as const), podName, version }),
  fc.record({ do: fc.constant('forge node' as const), nodeName, version, uid, createdAt, change }),
  fc.record({
    do: fc.constant('etcd' as const),
    what: fc.constantFrom('backup' as const, 'restore' as const, 'new versions' as const),
  }),
  fc.record({
    do: fc.constant('clock' as const),
    offMs: fc.constantFrom(-600_000, -60_000, -2_000, 0, 2_000),
  }),
  fc.record({ do: fc.constant('late listing' as const) }),
);
export type Lie = typeof lie extends fc.Arbitrary<infer T> ? T : never;

/** Does it; what is sent by it comes now, or is added to `late`. */
export function report(simulation: Simulation, step: Lie, late: EventDetail[]): void {
  const { snapshot, channel, clock } = simulation;
  if (step.do === 'etcd') snapshot.etcd(step.what);
  if (step.do === 'clock') snapshot.creationOffMs = step.offMs;
  if (step.do === 'late listing') late.push(...snapshot.listing());
  if (step.do === 'forge listing') channel.send([forgedListing(step, clock.now())]);
  if (step.do === 'forge pod') channel.send([forgedPod(simulation, step)]);
  if (step.do === 'forge zone') channel.send(forgedZone(simulation, step));
  if (step.do === 'forge node') channel.send([forgedNode(simulation, step)]);
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
