import type { Claim } from '../../shared/model/records/registration.ts';
import type { Simulation } from './simulation.ts';
import { isForeign } from './simulation.ts';
import type { NodeState, PodState } from './states.ts';
import { hostOf, namespace } from './states.ts';

/** The services a pod belongs in, by rules of its own. */
function servicesWanted(simulation: Simulation, pod: PodState): Set<string> {
  const selecting = [...simulation.snapshot.nodes.values()].filter((node) => node.color === pod.color);
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
export function faultsOf(
  simulation: Simulation,
  hasHealthCheck: boolean,
  foreign: ReadonlyMap<string, string>,
  /** How they ended a sweep still has to see. */
  releases: 'may remain' | 'are over',
): string[] {
  const faults: string[] = [];
  const pods = [...simulation.snapshot.pods.values()].filter((pod) => !pod.terminating);
  const expected = new Map<string, { ready: PodState[]; unready: PodState[] }>();
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

  for (const { name, instances } of simulation.services())
    if (Object.keys(instances).length > simulation.places)
      faults.push(`${name} has more instances than places`);
  for (const [id, { ready }] of expected)
    if (ready.length > 0 && !present.has(id) && !isFull(simulation, id))
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
    if (pod?.tier !== undefined && attributes.tier !== pod.tier)
      faults.push(`${id} says tier ${attributes.tier}`);
    if (pod !== undefined && pod.tier === undefined && attributes.tier === 'gold')
      faults.push(`${id} still says tier gold`);
    const zone = pod && simulation.snapshot.hosts.get(hostOf(pod.name))?.zone;
    if (pod !== undefined && attributes.AVAILABILITY_ZONE !== zone)
      faults.push(`${id} says zone ${attributes.AVAILABILITY_ZONE}; its node is in ${zone}`);
    if (pod !== undefined) faults.push(...wrongSource(simulation, id, pod, attributes));
  }
  for (const pod of pods) faults.push(...wrongGate(simulation, pod, present, hasHealthCheck));
  for (const node of simulation.snapshot.nodes.values())
    faults.push(...wrongStatus(simulation, node, present));
  for (const [id, attributes] of foreign)
    if (JSON.stringify(present.get(id)?.attributes) !== attributes) faults.push(`foreign ${id} was touched`);
  return [...faults, ...lostNotes(simulation), ...leftovers(simulation, present, releases === 'may remain')];
}

/** Of instances that were never deregistered since, and are of the same pod still. */
function lostNotes(simulation: Simulation): string[] {
  const faults: string[] = [];
  for (const { id, name, instances } of simulation.services())
    for (const [instanceId, { attributes }] of Object.entries(instances))
      for (const key of ['note', 'tier']) {
        const note = simulation.notes.get(`${id} ${instanceId} ${key}`);
        if (note === undefined || note.uid !== attributes['k8s.io/pod-uid']) continue;
        if (attributes[key] !== note.value)
          faults.push(`${name} ${instanceId} has lost the attribute that somebody added`);
      }
  return faults;
}

/** Somebody registered an instance again, which begins as HEALTHY, and no event says so: only a sweep can see it. */
export function isHealthyByHand(simulation: Simulation, fault: string): boolean {
  const [, service, instanceId] = /^(\S+) (\S+) of unready \S+ is HEALTHY$/.exec(fault) ?? [];
  const serviceId = simulation.services().find(({ name }) => name === service)?.id;
  const last = simulation.cloudMap
    .snapshot()
    .operations.filter(
      (operation) => operation.serviceId === serviceId && operation.instanceId === instanceId,
    )
    .findLast(({ type, status }) => type === 'REGISTER_INSTANCE' && status === 'SUCCESS');
  return last !== undefined && simulation.byHand.has(last.id);
}

function isFull(simulation: Simulation, id: string): boolean {
  const [name] = id.split(' ');
  const { instances = {} } = simulation.services().find((service) => service.name === name) ?? {};
  return Object.keys(instances).length >= simulation.places;
}

function wrongGate(
  simulation: Simulation,
  pod: PodState,
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
  node: NodeState,
  present: ReadonlyMap<string, { attributes: Readonly<Record<string, string>> }>,
): string[] {
  const pods = [...simulation.snapshot.pods.values()].filter(
    (pod) => !pod.terminating && pod.color === node.color,
  );
  const registered = pods.filter((pod) => {
    const attributes = present.get(`${node.service} ${pod.ip}`)?.attributes ?? {};
    const isIts = attributes['appmesh.k8s.aws/virtualNode'] === `${node.name}_${namespace}`;
    return isIts && attributes['k8s.io/pod-uid'] === pod.uid;
  });
  const wanted =
    pods.length === 0
      ? 'False no pod in namespace "shop"'
      : `${registered.length === pods.length ? 'True' : 'False'} ${registered.length} of ${pods.length} pods registered`;
  const { conditions = [] } = (simulation.snapshot.statuses.get(node.uid) ?? {}) as {
    conditions?: { status: string; message: string }[];
  };
  const received = conditions.map(({ status, message }) => `${status} ${message}`).join();
  return received.startsWith(wanted)
    ? []
    : [`${node.uid} was written "${received}"; it should be "${wanted} …"`];
}

function wrongSource(
  simulation: Simulation,
  id: string,
  pod: PodState,
  attributes: Readonly<Record<string, string>>,
): string[] {
  const [service] = id.split(' ');
  const [oldest] = [...simulation.snapshot.nodes.values()]
    .filter((node) => node.color === pod.color && node.service === service)
    .sort(
      (a, b) =>
        Math.floor(a.createdAtMs / 1000) - Math.floor(b.createdAtMs / 1000) || (a.name < b.name ? -1 : 1),
    );
  const wanted = oldest && `${oldest.name}_${namespace}`;
  const received = attributes['appmesh.k8s.aws/virtualNode'];
  return received === wanted ? [] : [`${id} says virtual node ${received}, it should say ${wanted}`];
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
    if (!deleted && simulation.snapshot.pods.get(pod.name)?.uid !== pod.uid)
      faults.push(`${pod.uid} is thought alive`);
  }
  const ours = [...present].filter(
    ([, instance]) => !isForeign((instance as { attributes: Record<string, string> }).attributes),
  );
  if (ours.length !== claims.length) faults.push(`${ours.length} instances, ${claims.length} claims`);
  return faults;
}
