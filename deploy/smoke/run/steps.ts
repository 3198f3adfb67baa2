import { randomUUID } from 'node:crypto';
import { DiscoverInstancesCommand } from '@aws-sdk/client-servicediscovery';
import { createNamespace, instanceIn, type Namespace, namespaces, servicesOf } from '../aws/cloud-map.ts';
import { invoke } from '../aws/invoke.ts';
import { makeProbe, type Probe, receive } from '../aws/probe.ts';
import { kubernetesNamespace } from '../names.ts';
import { poll } from '../poll.ts';
import { functionOf, type Seen, type Smoke, sourceOf, step } from '../smoke.ts';
import { instanceIdOf, type TestPod } from '../test-pod.ts';
import { podEvent, send } from './pod-events.ts';

/** EventBridge may take as long until it knows a new rule. */
const maxRuleMs = 90_000;
/** A cold function, an operation of Cloud Map, and what AWS may take now and then. */
const maxChangeMs = 120_000;

type Attributes = Readonly<Record<string, string>>;

/** A scheduled sweep of the cluster found that the cluster does not have the test pod, which is right, and retired it. */
export class SweptError extends Error {
  override readonly name = 'SweptError';
}

export async function makeNamespace(smoke: Smoke, seen: Seen): Promise<void> {
  const { options, names, clients, cluster, signal } = smoke;
  const polling = { maxMs: maxChangeMs, signal };
  seen.namespace = await step<Namespace>(smoke, 'Cloud Map namespace of kind HTTP', async () => {
    if (options.namespace !== undefined) return givenNamespace(smoke, options.namespace);
    const created = await createNamespace(clients.cloudMap, names.namespace, cluster.name, polling);
    seen.namespaceOperation = created.operation.states;
    return [`${created.name} created`, created];
  });
}

async function givenNamespace({ clients }: Smoke, name: string) {
  const found = (await namespaces(clients.cloudMap, (each) => each === name)).filter(
    ({ type }) => type === 'HTTP',
  );
  const [namespace] = found;
  if (namespace === undefined || found.length > 1)
    throw new Error(`${found.length} namespaces of kind HTTP have the name ${name}; expected one`);
  return [`${name} is there`, namespace] as const;
}

/** The way of the test pod through the whole system, step by step. */
export async function runSteps(smoke: Smoke, seen: Seen & Required<Pick<Seen, 'namespace'>>): Promise<void> {
  const pod = newPod('blue');
  const probe = await step(smoke, 'a rule and a queue of the test beside those of the stage', async () => {
    const { clients, names, bus } = smoke;
    return ['', await makeProbe(clients, names, { bus: bus.name, source: sourceOf(smoke) })];
  });
  await seeMessage(smoke, seen, { pod, probe });
  const place = await seeRegistered(smoke, seen, pod);
  await seeDiscovered(smoke, seen);
  await seeExplained(smoke, pod);
  await seeUpdated(smoke, seen, { pod, place });
  await seePlan(smoke);
  await seeSweep(smoke);
  await seeDeregistered(smoke, seen, { pod, place });
}

function newPod(color: string): TestPod {
  const nowMs = Date.now();
  return { uid: randomUUID(), createdAtMs: nowMs, version: nowMs, color };
}

interface Place {
  readonly serviceId: string;
  readonly instanceId: string;
}

/** Sent again until the new rule is in effect: a repeated event does no harm. */
async function seeMessage(
  smoke: Smoke,
  seen: Seen & Required<Pick<Seen, 'namespace'>>,
  { pod, probe }: { readonly pod: TestPod; readonly probe: Probe },
): Promise<void> {
  const event = podEvent(smoke, seen.namespace.name, pod);
  await step(smoke, "bus to queue: the test pod's event", async () => {
    const { group, body } = await poll(
      'message in the queue of the test',
      async () => {
        await send(smoke, event);
        return receive(smoke.clients.sqs, probe.url);
      },
      { maxMs: maxRuleMs, everyMs: 1_000, signal: smoke.signal },
    );
    const expected = JSON.stringify({ source: sourceOf(smoke), detail: event });
    if (JSON.stringify(JSON.parse(body)) !== expected)
      throw new Error(`the message is ${body}; expected ${expected}`);
    seen.group = { arrived: group, expected: event.group };
    return [
      group === event.group
        ? `in message group ${group}`
        : `in message group ${group}, not ${event.group}; the functions forward such a message to its own group`,
      undefined,
    ];
  });
}

async function seeRegistered(
  smoke: Smoke,
  seen: Seen & Required<Pick<Seen, 'namespace'>>,
  { uid }: TestPod,
): Promise<Place> {
  const { clients, names, cluster, signal } = smoke;
  const instanceId = instanceIdOf(cluster.cloudMap, uid);
  return step(smoke, 'sync-pods registers the pod', async () => {
    const found = await poll(
      `instance ${instanceId} of service ${names.service}`,
      async () => {
        const [service] = await servicesOf(
          clients.cloudMap,
          seen.namespace,
          (name) => name === names.service,
        );
        const attributes = service && (await instanceIn(clients.cloudMap, service.id, instanceId));
        return service && attributes && { serviceId: service.id, attributes };
      },
      { maxMs: maxChangeMs, signal },
    );
    checkAttributes(found.attributes, {
      ...{ app: 'smoke', color: 'blue', AWS_INSTANCE_PORT: '8080' },
      ...{ 'k8s.io/cluster': cluster.name, 'k8s.io/pod': names.pod, 'k8s.io/pod-uid': uid },
    });
    seen.serviceId = found.serviceId;
    return [`instance ${instanceId} of ${names.service}`, { serviceId: found.serviceId, instanceId }];
  });
}

function checkAttributes(attributes: Attributes, expected: Attributes): void {
  for (const [key, value] of Object.entries(expected))
    if (attributes[key] !== value)
      throw new Error(`attribute ${key} is ${attributes[key]}; expected ${value}`);
}

async function seeDiscovered(smoke: Smoke, seen: Required<Pick<Seen, 'namespace'>>): Promise<void> {
  const { clients, names, signal } = smoke;
  await step(smoke, 'DiscoverInstances shows it', async () => {
    const instance = await poll(
      `an instance of ${names.service} in DiscoverInstances`,
      async () => {
        const { Instances } = await clients.cloudMap.send(
          new DiscoverInstancesCommand({
            ...{ NamespaceName: seen.namespace.name, ServiceName: names.service, HealthStatus: 'ALL' },
          }),
        );
        return Instances?.[0];
      },
      { maxMs: maxChangeMs, signal },
    );
    return [`${instance.HealthStatus}`, undefined];
  });
}

async function seeExplained(smoke: Smoke, { uid }: TestPod): Promise<void> {
  const { cluster, names, clients } = smoke;
  await step(smoke, 'explain names its registration', async () => {
    const request = { cluster: cluster.name, namespace: kubernetesNamespace, pod: names.pod, format: 'json' };
    const answer = (await invoke(clients.lambda, functionOf(smoke, 'explain'), request)) as {
      record?: { deleted: boolean; pod: { uid: string }; registrations: readonly unknown[] };
      cause?: { readonly why?: string };
    };
    if (answer.record?.deleted)
      throw new SweptError('a sweep retired the test pod, which the cluster does not have');
    if (answer.record?.pod.uid !== uid || answer.record.registrations.length !== 1)
      throw new Error(`its answer is ${JSON.stringify(answer).slice(0, 1_000)}`);
    return ['', undefined];
  });
}

async function seeUpdated(
  smoke: Smoke,
  seen: Required<Pick<Seen, 'namespace'>>,
  { pod, place }: { readonly pod: TestPod; readonly place: Place },
): Promise<void> {
  await step(smoke, 'a changed label reaches its attributes', async () => {
    const changed = { ...pod, version: Date.now(), color: 'green' };
    await send(smoke, podEvent(smoke, seen.namespace.name, changed));
    await poll(
      'attribute color=green of the instance',
      async () => {
        const attributes = await instanceIn(smoke.clients.cloudMap, place.serviceId, place.instanceId);
        return attributes?.color === 'green' ? true : undefined;
      },
      { maxMs: maxChangeMs, signal: smoke.signal },
    );
    return ['', undefined];
  });
}

async function seePlan(smoke: Smoke): Promise<void> {
  await step(smoke, 'resync plans without changing anything', async () => {
    const request = { cluster: smoke.cluster.name, namespace: kubernetesNamespace, dryRun: true };
    const answer = (await invoke(smoke.clients.lambda, functionOf(smoke, 'resync'), request)) as {
      plan: string[];
    };
    return [answer.plan.find((line) => line.startsWith('Plan: ')) ?? 'no plan', undefined];
  });
}

async function seeSweep(smoke: Smoke): Promise<void> {
  await step(smoke, 'sweep runs', async () => {
    const report = (await invoke(smoke.clients.lambda, functionOf(smoke, 'sweep'), {
      cluster: smoke.cluster.name,
    })) as {
      source: string;
      pods: number;
      incomplete?: string;
      repairs: number;
    };
    const { source, pods, repairs, incomplete } = report;
    return [
      `${pods} pods from its ${source}, ${repairs} repairs${incomplete ? `; ${incomplete}` : ''}`,
      undefined,
    ];
  });
}

async function seeDeregistered(
  smoke: Smoke,
  seen: Required<Pick<Seen, 'namespace'>>,
  { pod, place }: { readonly pod: TestPod; readonly place: Place },
): Promise<void> {
  await step(smoke, 'sync-pods deregisters the deleted pod', async () => {
    await send(smoke, podEvent(smoke, seen.namespace.name, { ...pod, version: Date.now() }, 'Deleted'));
    await poll(
      `end of instance ${place.instanceId}`,
      async () =>
        (await instanceIn(smoke.clients.cloudMap, place.serviceId, place.instanceId)) === undefined
          ? true
          : undefined,
      { maxMs: maxChangeMs, signal: smoke.signal },
    );
    return ['', undefined];
  });
}
