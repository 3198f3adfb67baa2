import { AwsError } from '@eks-mesh-sync/embedded-aws/protocol.ts';
import fc from 'fast-check';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { registrationId } from '../../shared/model/records/registration.ts';
import { cloudMapNamespace, nodeIp } from './cluster.ts';
import type { Simulation } from './simulation.ts';
import { isForeign } from './simulation.ts';

const podName = fc.constantFrom('p0', 'p1', 'p2', 'p3');
const ip = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', null); // null: hostNetwork
const color = fc.constantFrom('blue', 'red', 'steady');
const nodeName = fc.constantFrom('vn-a', 'vn-b');
const service = fc.constantFrom('s1', 's2', 's1', 's2', 'S1');

const addingAttribute = (weight: number) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant('add attribute' as const), number: fc.nat({ max: 7 }) }),
});

/** What may happen, the work of the functions included. */
export const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('create pod' as const),
      podName,
      ip,
      color,
      annotated: fc.option(service),
      ready: fc.constantFrom(true, true, false),
      gated: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('set ready' as const), podName, ready: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('set color' as const),
      podName,
      color: fc.constantFrom('blue' as const, 'red' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('terminate pod' as const), podName }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete pod' as const), podName }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set node' as const), nodeName, color, service }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete node' as const), nodeName }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('foreign instance' as const), service, ip }) },
  addingAttribute(1),
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('service refuses' as const),
      service,
      refuses: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('relay restarts' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('time passes' as const),
      seconds: fc.integer({ min: 1, max: 400 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('work' as const), rounds: fc.integer({ min: 1, max: 6 }) }),
  },
);
/** Pods that come and go, and all want to be in one service. */
export const commandOfOneService: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.integer({ min: 0, max: 3 }).chain((number) =>
      fc.record({
        do: fc.constant('create pod' as const),
        podName: fc.constant((['p0', 'p1', 'p2', 'p3'] as const)[number] ?? 'p0'),
        ip: fc.constant((['10.0.0.1', '10.0.0.2', '10.0.0.3', null] as const)[number] ?? null),
        color: fc.constant('blue' as const),
        annotated: fc.constant('s1' as const),
        ready: fc.constantFrom(true, true, true, true, false),
        gated: fc.boolean(),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('set ready' as const), podName, ready: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('set color' as const),
      podName,
      color: fc.constantFrom('blue' as const, 'red' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete pod' as const), podName }) },
  addingAttribute(3),
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('time passes' as const),
      seconds: fc.integer({ min: 1, max: 1_200 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('work' as const), rounds: fc.integer({ min: 5, max: 40 }) }),
  },
);
export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

export function perform(simulation: Simulation, step: Command): EventDetail[] | undefined {
  const { snapshot } = simulation;
  const one = (event: EventDetail | undefined) => (event === undefined ? [] : [event]);
  switch (step.do) {
    case 'create pod':
      return one(
        snapshot.createPod(
          step.podName,
          step.ip,
          step.color,
          step.annotated ?? undefined,
          step.ready,
          step.gated,
        ),
      );
    case 'set ready':
      return one(snapshot.changePod(step.podName, (pod) => Object.assign(pod, { ready: step.ready })));
    case 'set color':
      return one(snapshot.changePod(step.podName, (pod) => Object.assign(pod, { color: step.color })));
    case 'terminate pod':
      return one(snapshot.changePod(step.podName, (pod) => Object.assign(pod, { terminating: true })));
    case 'delete pod':
      return one(snapshot.deletePod(step.podName));
    case 'set node':
      return [snapshot.setNode(step.nodeName, step.color, step.service)];
    case 'delete node':
      return one(snapshot.deleteNode(step.nodeName));
    default:
      return undefined;
  }
}

/** Somebody else registers an instance, under an id that nobody has: one that we hold would no longer be ours to lose. */
export function registerForeign(simulation: Simulation, serviceName: string, address: string | null): void {
  const instanceId = address ?? nodeIp;
  const found = simulation.services().find(({ name }) => name === serviceName);
  const key = { target: 'own/own', namespaceName: cloudMapNamespace, serviceName };
  if (found === undefined || found.instances[instanceId] !== undefined) return;
  if (simulation.stores.claims.items.has(registrationId({ service: key, instanceId }))) return;
  registerByHand(simulation, found.id, instanceId, { AWS_INSTANCE_IPV4: instanceId, owner: 'somebody else' });
  simulation.clock.advance(1_000);
}

/** Somebody adds an attribute to an instance of ours, as who owns the application may. */
export function addAttribute(simulation: Simulation, number: number): void {
  const ours = simulation
    .services()
    .flatMap(({ id, instances }) =>
      Object.entries(instances).flatMap(([instanceId, { attributes }]) =>
        isForeign(attributes) ? [] : [{ serviceId: id, instanceId, attributes }],
      ),
    );
  const instance = ours[number % ours.length];
  if (instance === undefined) return;
  const { serviceId, instanceId, attributes } = instance;
  const value = String(simulation.random.next());
  if (!registerByHand(simulation, serviceId, instanceId, { ...attributes, note: value })) return;
  simulation.notes.set(`${serviceId} ${instanceId}`, { uid: attributes['k8s.io/pod-uid'] ?? '', value });
  simulation.clock.advance(5_000);
}

/** False where Cloud Map refuses it: an operation runs for the instance, or the service is full. */
function registerByHand(
  simulation: Simulation,
  serviceId: string,
  instanceId: string,
  attributes: Readonly<Record<string, string>>,
): boolean {
  const CreatorRequestId = String(simulation.random.next());
  const input = { ServiceId: serviceId, InstanceId: instanceId, CreatorRequestId, Attributes: attributes };
  try {
    withoutWatching(simulation, () => simulation.cloudMap.handle('RegisterInstance', input));
    return true;
  } catch (error) {
    if (error instanceof AwsError && ['DuplicateRequest', 'ResourceLimitExceeded'].includes(error.code))
      return false;
    throw error;
  }
}

function withoutWatching(simulation: Simulation, action: () => void): void {
  const { onCall } = simulation.cloudMap.faults;
  simulation.cloudMap.faults.onCall = undefined;
  try {
    action();
  } finally {
    simulation.cloudMap.faults.onCall = onCall;
  }
}
