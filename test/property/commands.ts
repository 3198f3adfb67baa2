import { AwsError } from '@eks-mesh-sync/embedded-aws/protocol.ts';
import fc from 'fast-check';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { registrationId } from '../../shared/model/records/registration.ts';
import type { Simulation } from './simulation.ts';
import { isForeign } from './simulation.ts';
import { cloudMapNamespace, hostNames, nodeIp } from './states.ts';

type Attributes = Readonly<Record<string, string>>;

const podName = fc.constantFrom('p0', 'p1', 'p2', 'p3');
const ip = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', null); // null: hostNetwork
const color = fc.constantFrom('blue', 'red', 'steady');
const hostName = fc.constantFrom(...hostNames);
const nodeName = fc.constantFrom('vn-a', 'vn-b');
const service = fc.constantFrom('s1', 's2', 's1', 's2', 'S1');

const addingAttribute = (weight: number) => ({
  weight,
  arbitrary: fc.record({
    do: fc.constant('add attribute' as const),
    number: fc.nat({ max: 7 }),
    key: fc.constantFrom('note' as const, 'tier' as const),
  }),
});

const settingTier = (weight: number) => ({
  weight,
  arbitrary: fc.record({
    do: fc.constant('set tier' as const),
    podName,
    tier: fc.constantFrom('gold' as const, undefined),
  }),
});

const changingHost = (weight: number) => ({
  weight,
  arbitrary: fc.record({
    do: fc.constant('change host' as const),
    hostName,
    zone: fc.constantFrom('us-west-2a', 'us-west-2b', 'us-west-2c', undefined),
  }),
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
  settingTier(1),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('terminate pod' as const), podName }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete pod' as const), podName }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set node' as const), nodeName, color, service }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete node' as const), nodeName }) },
  changingHost(4),
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
  settingTier(4),
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete pod' as const), podName }) },
  changingHost(2),
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
/** Attributes that come and go, of ours and of others, of pods that stay. */
export const commandOfAttributes: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: commandOfOneService },
  settingTier(4),
  addingAttribute(2),
  { weight: 4, arbitrary: fc.record({ do: fc.constant('work' as const), rounds: fc.constant(40) }) },
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
    case 'set tier':
      return one(setTier(simulation, step.podName, step.tier));
    case 'terminate pod':
      return one(snapshot.changePod(step.podName, (pod) => Object.assign(pod, { terminating: true })));
    case 'delete pod':
      return one(snapshot.deletePod(step.podName));
    case 'change host':
      return snapshot.changeHost(step.hostName, step.zone);
    case 'set node':
      return [snapshot.setNode(step.nodeName, step.color, step.service)];
    case 'delete node':
      return one(snapshot.deleteNode(step.nodeName));
    default:
      return undefined;
  }
}

/** From now on the attribute is ours, whoever added one of the name. */
function setTier(simulation: Simulation, podName: string, tier: 'gold' | undefined): EventDetail | undefined {
  return simulation.snapshot.changePod(podName, (pod) => {
    pod.tier = tier;
    for (const [key, { uid }] of simulation.notes)
      if (uid === pod.uid && key.endsWith(' tier')) simulation.notes.delete(key);
  });
}

/** Somebody else registers an instance, under a free id: one of ours would no longer be ours. */
export function registerForeign(simulation: Simulation, serviceName: string, address: string | null): void {
  const instanceId = address ?? nodeIp;
  const found = simulation.services().find(({ name }) => name === serviceName);
  const key = { target: 'own/own', namespaceName: cloudMapNamespace, serviceName };
  if (found === undefined || found.instances[instanceId] !== undefined) return;
  if (simulation.stores.claims.items.has(registrationId({ service: key, instanceId }))) return;
  registerByHand(simulation, found.id, instanceId, { AWS_INSTANCE_IPV4: instanceId, owner: 'somebody else' });
  simulation.clock.advance(1_000);
}

/**
 * Somebody adds an attribute to an instance of ours, as who owns the application may. `tier` is also a label that comes
 * and goes: it is theirs only where our own is known to be gone.
 */
export function addAttribute(simulation: Simulation, number: number, key: 'note' | 'tier'): void {
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
  if (key === 'tier' && !isTierFree(simulation, instance)) return;
  const value = String(simulation.random.next());
  if (!registerByHand(simulation, serviceId, instanceId, { ...attributes, [key]: value })) return;
  const uid = attributes['k8s.io/pod-uid'] ?? '';
  simulation.notes.set(`${serviceId} ${instanceId} ${key}`, { uid, value });
  simulation.clock.advance(5_000);
}

function isTierFree(
  simulation: Simulation,
  { serviceId, instanceId, attributes }: { serviceId: string; instanceId: string; attributes: Attributes },
): boolean {
  const { snapshot, stores } = simulation;
  const pod = snapshot.pods.get(attributes['k8s.io/pod'] ?? '');
  const isKnown = [...stores.pods.items.values()].some(
    (record) => record.pod.uid === pod?.uid && record.pod.resourceVersion === String(pod.resourceVersion),
  );
  const claim = [...stores.claims.items.values()].find(
    (other) => other.serviceId === serviceId && other.instanceId === instanceId,
  );
  const { attributeKeys = [], removal, phase } = claim ?? {};
  const isRemoved = !removal?.keys.includes('tier') || hasSucceeded(simulation, removal.operationId);
  const isOurs = attributes.tier === 'gold' || attributeKeys.includes('tier') || !isRemoved;
  return pod !== undefined && pod.tier === undefined && isKnown && phase === 'applied' && !isOurs;
}

function hasSucceeded(simulation: Simulation, OperationId: string): boolean {
  const answer = withoutWatching(simulation, () =>
    simulation.cloudMap.handle('GetOperation', { OperationId }),
  );
  return (answer as { Operation: { Status: string } }).Operation.Status === 'SUCCESS';
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
    const answer = withoutWatching(simulation, () => simulation.cloudMap.handle('RegisterInstance', input));
    simulation.byHand.add((answer as { OperationId: string }).OperationId);
    return true;
  } catch (error) {
    if (error instanceof AwsError && ['DuplicateRequest', 'ResourceLimitExceeded'].includes(error.code))
      return false;
    throw error;
  }
}

function withoutWatching<T>(simulation: Simulation, action: () => T): T {
  const { faults } = simulation.cloudMap;
  const { onCall } = faults;
  faults.onCall = undefined;
  faults.reset(); // a call of ours whose operation was to fail may have been refused
  try {
    return action();
  } finally {
    faults.onCall = onCall;
  }
}
