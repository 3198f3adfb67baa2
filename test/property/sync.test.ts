import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../shared/model/event.ts';
import { type Claim, registrationId } from '../../shared/model/registration.ts';
import { cloudMapNamespace, type NodeTruth, namespace, nodeIp, type PodTruth } from './cluster.ts';
import { type Lie, lie, tell } from './lies.ts';
import { isForeign, Simulation } from './simulation.ts';

/** `PROPERTY_RUNS=10000 npm run test:properties` for a long look. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);

const podName = fc.constantFrom('p0', 'p1', 'p2', 'p3');
const ip = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', null); // null: hostNetwork
const color = fc.constantFrom('blue', 'red', 'steady');
const nodeName = fc.constantFrom('vn-a', 'vn-b');
const service = fc.constantFrom('s1', 's2', 's1', 's2', 'S1');

const command = fc.oneof(
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
      color: fc.constantFrom('blue', 'red'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('terminate pod' as const), podName }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete pod' as const), podName }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set node' as const), nodeName, color, service }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete node' as const), nodeName }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('foreign instance' as const), service, ip }) },
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
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

function perform(simulation: Simulation, step: Command): EventDetail[] | undefined {
  const { truth } = simulation;
  const one = (event: EventDetail | undefined) => (event === undefined ? [] : [event]);
  switch (step.do) {
    case 'create pod':
      return one(
        truth.createPod(
          step.podName,
          step.ip,
          step.color,
          step.annotated ?? undefined,
          step.ready,
          step.gated,
        ),
      );
    case 'set ready':
      return one(truth.changePod(step.podName, (pod) => Object.assign(pod, { ready: step.ready })));
    case 'set color':
      return one(truth.changePod(step.podName, (pod) => Object.assign(pod, { color: step.color })));
    case 'terminate pod':
      return one(truth.changePod(step.podName, (pod) => Object.assign(pod, { terminating: true })));
    case 'delete pod':
      return one(truth.deletePod(step.podName));
    case 'set node':
      return [truth.setNode(step.nodeName, step.color, step.service)];
    case 'delete node':
      return one(truth.deleteNode(step.nodeName));
    default:
      return undefined;
  }
}

/** Somebody else registers an instance, under an id that nobody has: one that we hold would no longer be ours to lose. */
function registerForeign(simulation: Simulation, serviceName: string, address: string | null): void {
  const instanceId = address ?? nodeIp;
  const found = simulation.services().find(({ name }) => name === serviceName);
  const key = { target: 'own/own', namespaceName: cloudMapNamespace, serviceName };
  if (found === undefined || found.instances[instanceId] !== undefined) return;
  if (simulation.stores.claims.items.has(registrationId({ service: key, instanceId }))) return;
  simulation.cloudMap.faults.onCall &&
    withoutWatching(simulation, () =>
      simulation.cloudMap.handle('RegisterInstance', {
        ServiceId: found.id,
        InstanceId: instanceId,
        CreatorRequestId: String(simulation.random.next()),
        Attributes: { AWS_INSTANCE_IPV4: instanceId, owner: 'somebody else' },
      }),
    );
  simulation.clock.advance(1_000);
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

/** The services a pod belongs in, told by rules written down anew for this test. */
function servicesWanted(simulation: Simulation, pod: PodTruth): Set<string> {
  const selecting = [...simulation.truth.nodes.values()].filter((node) => node.color === pod.color);
  return new Set([
    ...selecting.map((node) => node.service),
    ...(pod.annotatedService ? [pod.annotatedService] : []),
  ]);
}

/** A DNS namespace has one service for all spellings of a name: what is wanted of another spelling is refused. */
function hasOtherSpelling(simulation: Simulation, service: string): boolean {
  const names = simulation.services().map(({ name }) => name);
  const isSame = (name: string) => name.toUpperCase() === service.toUpperCase();
  return simulation.kind === 'private-dns' && !names.includes(service) && names.some(isSame);
}

/** What is wrong in the end; empty when Cloud Map is true. */
function faultsOf(
  simulation: Simulation,
  hasHealthCheck: boolean,
  foreign: ReadonlyMap<string, string>,
  /** How they ended a sweep still has to see. */
  releases: 'may remain' | 'are over',
): string[] {
  const faults: string[] = [];
  const pods = [...simulation.truth.pods.values()].filter((pod) => !pod.terminating);
  const expected = new Map<string, { ready: PodTruth[]; unready: PodTruth[] }>();
  for (const pod of pods)
    for (const name of servicesWanted(simulation, pod)) {
      if (hasOtherSpelling(simulation, name)) continue;
      const id = `${name} ${pod.ip}`;
      const entry = expected.get(id) ?? { ready: [], unready: [] };
      entry[pod.ready ? 'ready' : 'unready'].push(pod);
      expected.set(id, entry);
    }
  const present = new Map<string, { attributes: Readonly<Record<string, string>>; health: string }>();
  for (const { name, instances } of simulation.services())
    for (const [instanceId, instance] of Object.entries(instances))
      present.set(`${name} ${instanceId}`, instance);

  for (const [id, { ready }] of expected)
    if (ready.length > 0 && !present.has(id))
      faults.push(`missing: ${id} of ${ready.map(({ uid }) => uid).join(', ')}`);
  for (const [id, { attributes, health }] of present) {
    if (isForeign(attributes)) continue;
    const entry = expected.get(id);
    const uid = attributes['k8s.io/pod-uid'];
    const ready = entry?.ready.find((pod) => pod.uid === uid);
    const unready = entry?.unready.find((pod) => pod.uid === uid);
    if (ready === undefined && (unready === undefined || !hasHealthCheck))
      faults.push(`stale: ${id} of ${uid}`);
    if (ready !== undefined && hasHealthCheck && health !== 'HEALTHY')
      faults.push(`${id} of ready ${uid} is ${health}`);
    if (unready !== undefined && health !== 'UNHEALTHY') faults.push(`${id} of unready ${uid} is ${health}`);
    const pod = ready ?? unready;
    if (pod !== undefined && attributes.color !== pod.color)
      faults.push(`${id} says color ${attributes.color}`);
    if (pod !== undefined) faults.push(...wrongSource(simulation, id, pod, attributes));
  }
  for (const pod of pods) faults.push(...wrongGate(simulation, pod, present, hasHealthCheck));
  for (const node of simulation.truth.nodes.values()) faults.push(...wrongStatus(simulation, node, present));
  for (const [id, attributes] of foreign)
    if (JSON.stringify(present.get(id)?.attributes) !== attributes) faults.push(`foreign ${id} was touched`);
  return [...faults, ...leftovers(simulation, present, releases === 'may remain')];
}

function wrongGate(
  simulation: Simulation,
  pod: PodTruth,
  present: ReadonlyMap<string, { attributes: Readonly<Record<string, string>>; health: string }>,
  hasHealthCheck: boolean,
): string[] {
  if (!pod.gated) return pod.gate === undefined ? [] : [`${pod.uid} declares no gate, and has its condition`];
  const wanted = [...servicesWanted(simulation, pod)].map((name) => present.get(`${name} ${pod.ip}`));
  const isIn = (instance: (typeof wanted)[number]) =>
    instance?.attributes['k8s.io/pod-uid'] === pod.uid && (!hasHealthCheck || instance.health === 'HEALTHY');
  const isDiscoverable = pod.ready && wanted.length > 0 && wanted.every(isIn);
  if (isDiscoverable === (pod.gate === 'True')) return [];
  return [`the gate of ${pod.uid} is ${pod.gate}, it can ${isDiscoverable ? '' : 'not '}be discovered`];
}

/** A virtual node counts its pods, and those of them that are in Cloud Map by it. */
function wrongStatus(
  simulation: Simulation,
  node: NodeTruth,
  present: ReadonlyMap<string, { attributes: Readonly<Record<string, string>> }>,
): string[] {
  const pods = [...simulation.truth.pods.values()].filter(
    (pod) => !pod.terminating && pod.color === node.color,
  );
  const registered = pods.filter((pod) => {
    const attributes = present.get(`${node.service} ${pod.ip}`)?.attributes ?? {};
    const isIts = attributes['appmesh.k8s.aws/virtualNode'] === `${node.name}_${namespace}`;
    return isIts && attributes['k8s.io/pod-uid'] === pod.uid;
  });
  const wanted =
    pods.length === 0
      ? 'False no pod of namespace shop'
      : `${registered.length === pods.length ? 'True' : 'False'} ${registered.length} of ${pods.length} pods registered`;
  const { conditions = [] } = (simulation.truth.statuses.get(node.uid) ?? {}) as {
    conditions?: { status: string; message: string }[];
  };
  const told = conditions.map(({ status, message }) => `${status} ${message}`).join();
  return told.startsWith(wanted) ? [] : [`${node.uid} was told "${told}"; it should be "${wanted} …"`];
}

function wrongSource(
  simulation: Simulation,
  id: string,
  pod: PodTruth,
  attributes: Readonly<Record<string, string>>,
): string[] {
  const [service] = id.split(' ');
  const [oldest] = [...simulation.truth.nodes.values()]
    .filter((node) => node.color === pod.color && node.service === service)
    .sort(
      (a, b) =>
        Math.floor(a.createdAtMs / 1000) - Math.floor(b.createdAtMs / 1000) || (a.name < b.name ? -1 : 1),
    );
  const wanted = oldest && `${oldest.name}_${namespace}`;
  const told = attributes['appmesh.k8s.aws/virtualNode'];
  return told === wanted ? [] : [`${id} says virtual node ${told}, it should say ${wanted}`];
}

function leftovers(
  simulation: Simulation,
  present: ReadonlyMap<string, unknown>,
  releasesMayRemain: boolean,
): string[] {
  const faults: string[] = [];
  const all = [...simulation.stores.claims.items.values()];
  const isOver = ({ phase, operationId, service, instanceId }: Claim) =>
    phase === 'releasing' &&
    operationId !== undefined &&
    !present.has(`${service.serviceName} ${instanceId}`);
  const claims = releasesMayRemain ? all.filter((claim) => !isOver(claim)) : all;
  for (const claim of claims) {
    const id = `${claim.service.serviceName} ${claim.instanceId}`;
    if (claim.phase !== 'applied' || !present.has(id)) faults.push(`claim left over: ${id}, ${claim.phase}`);
  }
  for (const { pod, deleted, registrations } of simulation.stores.pods.items.values()) {
    if (deleted && registrations.length > 0 && !releasesMayRemain)
      faults.push(`deleted ${pod.uid} still has registrations`);
    if (!deleted && simulation.truth.pods.get(pod.name)?.uid !== pod.uid)
      faults.push(`${pod.uid} is thought alive`);
  }
  const ours = [...present].filter(
    ([, instance]) => !isForeign((instance as { attributes: Record<string, string> }).attributes),
  );
  if (ours.length !== claims.length) faults.push(`${ours.length} instances, ${claims.length} claims`);
  return faults;
}

describe('when all is delivered', () => {
  it('Cloud Map equals the desired state, whatever was lost, late, doubled or crashed on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 5, maxLength: 40 }),
        fc.integer(),
        fc.constantFrom('custom' as const, 'none' as const),
        fc.constantFrom('http' as const, 'private-dns' as const),
        // What mends a loss in the end; without losses nothing may be needed.
        fc.constantFrom('nothing' as const, 'a listing' as const, 'a sweep' as const),
        fc.constantFrom('path' as const, 'literal' as const),
        async (commands, seed, healthCheck, kind, mending, messageGroup) => {
          const isLossy = mending !== 'nothing';
          const simulation = new Simulation(seed, healthCheck, kind, messageGroup);
          const sweepProbability = mending === 'a sweep' ? 0.1 : 0;
          const faults = { crashProbability: 0.02, throttleProbability: 0.05, duplicateProbability: 0.2 };
          const apiFailureProbability = mending === 'a sweep' ? 0.2 : 0;
          const operationFailureProbability = mending === 'a sweep' ? 0.1 : 0;
          const chaos = { ...faults, sweepProbability, apiFailureProbability, operationFailureProbability };
          simulation.setFaults(chaos);
          simulation.channel.send(simulation.truth.listing());
          const foreign = new Map<string, string>();

          for (const step of commands) {
            if (step.do === 'work') await simulation.work(step.rounds);
            else if (step.do === 'relay restarts')
              isLossy && simulation.channel.send(simulation.truth.listing());
            else if (step.do === 'time passes') simulation.clock.advance(step.seconds * 1000);
            else if (step.do === 'service refuses')
              simulation.refusing[step.refuses ? 'add' : 'delete'](step.service);
            else if (step.do === 'foreign instance') registerForeign(simulation, step.service, step.ip);
            else {
              const events = perform(simulation, step) ?? [];
              const isLost = isLossy && simulation.random.chance(0.1);
              if (!isLost) simulation.channel.send(events);
              simulation.clock.advance(1_500);
            }
          }
          for (const { name, instances } of simulation.services())
            for (const [id, { attributes }] of Object.entries(instances))
              if (isForeign(attributes)) foreign.set(`${name} ${id}`, JSON.stringify(attributes));

          if (mending === 'a listing') simulation.channel.send(simulation.truth.listing());
          await simulation.work(60);
          simulation.setFaults({
            ...chaos,
            crashProbability: 0,
            throttleProbability: 0,
            sweepProbability: 0,
            apiFailureProbability: 0,
            operationFailureProbability: 0,
          });
          simulation.refusing.clear();
          await simulation.drain();
          // An event of before may have come after that listing, and its pod's deletion be lost: until the next one.
          if (mending === 'a listing') simulation.channel.send(simulation.truth.listing());
          if (mending === 'a sweep') await simulation.sweepAlone();
          const expectDrained = async () => {
            const isDrained = await simulation.drain();
            expect(simulation.violations).toEqual([]);
            expect(isDrained ? 'drained' : String(simulation.failures.at(-1))).toBe('drained');
          };
          await expectDrained();
          expect(faultsOf(simulation, healthCheck === 'custom', foreign, 'may remain')).toEqual([]);
          await simulation.sweepAlone();
          await expectDrained();
          expect(faultsOf(simulation, healthCheck === 'custom', foreign, 'are over')).toEqual([]);
          simulation.cloudMap.stop();
          const { pods, mesh } = simulation.channel.queues;
          expect([...pods.deadLetters, ...mesh.deadLetters]).toEqual([]);
        },
      ),
      { numRuns },
    );
  }, 3_600_000);
});

describe('whatever false was heard of a cluster, or done to it', () => {
  it('Cloud Map is true after one sweep that reads its API server', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: command }, { weight: 1, arbitrary: lie }), {
          ...{ minLength: 5, maxLength: 40 },
        }),
        fc.integer(),
        fc.constantFrom('custom' as const, 'none' as const),
        async (commands, seed, healthCheck) => {
          const simulation = new Simulation(seed, healthCheck, 'http');
          const calm = {
            ...{ crashProbability: 0, throttleProbability: 0, apiFailureProbability: 0 },
            operationFailureProbability: 0,
          };
          const duplicateProbability = 0.2;
          simulation.setFaults({ ...calm, sweepProbability: 0.1, duplicateProbability });
          simulation.channel.send(simulation.truth.listing());
          const late: EventDetail[] = [];
          for (const step of commands) {
            if (step.do === 'work') await simulation.work(step.rounds);
            else if (step.do === 'time passes') simulation.clock.advance(step.seconds * 1000);
            else if (step.do === 'foreign instance') continue;
            else if (step.do === 'relay restarts') simulation.channel.send(simulation.truth.listing());
            else if (isLie(step)) tell(simulation, step, late);
            else {
              const events = perform(simulation, step) ?? [];
              if (!simulation.random.chance(0.1)) simulation.channel.send(events);
              simulation.clock.advance(1_500);
            }
          }
          simulation.channel.send(late);
          simulation.setFaults({ ...calm, sweepProbability: 0, duplicateProbability });
          await simulation.drain();
          await simulation.sweepAlone();
          const isDrained = await simulation.drain();
          simulation.cloudMap.stop();
          expect(isDrained ? 'drained' : String(simulation.failures.at(-1))).toBe('drained');
          expect(faultsOf(simulation, healthCheck === 'custom', new Map(), 'may remain')).toEqual([]);
        },
      ),
      { numRuns },
    );
  }, 3_600_000);
});

const lies: ReadonlySet<string> = new Set([
  'forge listing',
  'forge pod',
  'forge node',
  'etcd',
  'clock',
  'late listing',
]);

function isLie(step: { readonly do: string }): step is Lie {
  return lies.has(step.do);
}
