import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListTagsForResourceCommand } from '@aws-sdk/client-servicediscovery';
import { paginateListQueues } from '@aws-sdk/client-sqs';
import { ruleNames } from '../../rule-names.ts';
import { type Namespace, namespaces, removeNamespace, removeService, servicesOf } from '../aws/cloud-map.ts';
import { removeQueue, removeRule } from '../aws/probe.ts';
import {
  clusterTag,
  kubernetesNamespace,
  namesOf,
  prefix,
  runAttribute,
  runOf,
  runOfPart,
  startedAtMs,
} from '../names.ts';
import { busOf, type Smoke } from '../smoke.ts';
import { podEvent, send } from './pod-events.ts';

/** Removal does not end with the run's signal: it is what a run does then. */
const polling = { maxMs: 60_000 };

/** Removes everything of one run; returns what could not be removed, and why. */
export async function removeRun(
  smoke: Smoke,
  {
    id,
    cluster,
    namespace,
  }: { readonly id: string; readonly cluster: string; readonly namespace?: Namespace | undefined },
): Promise<readonly string[]> {
  const names = namesOf(smoke.options.stage, id);
  const { events, sqs } = smoke.clients;
  const failures: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failures.push(`${what}: ${(error as Error).message}`);
    }
  };
  await attempt(`rule ${names.rule} of bus ${smoke.bus.name}`, () =>
    removeRule(events, smoke.bus.name, names.rule),
  );
  await attempt(`queue ${names.queue}`, () => removeQueue(sqs, names.queue));
  if (namespace === undefined) return failures;
  await attempt(`pod ${kubernetesNamespace}/${names.pod}`, () =>
    deletePod({ ...smoke, names }, cluster, namespace),
  );
  await attempt(`namespace ${namespace.name} (${namespace.id})`, () =>
    removeParts(smoke, { id, cluster }, namespace),
  );
  return failures;
}

/** The services first. sync-pods may have an event of the test pod in its queue that creates one again. */
async function removeParts(
  smoke: Smoke,
  { id, cluster }: { readonly id: string; readonly cluster: string },
  namespace: Namespace,
): Promise<void> {
  const { cloudMap } = smoke.clients;
  const isOwn = runOf(smoke.options.stage, namespace.name) === id;
  for (let attempts = 1; ; attempts += 1) {
    for (const service of await servicesOf(cloudMap, namespace, (name) => runOfPart(name) === id))
      await removeService(cloudMap, { ...service, cluster }, isOurs, polling);
    try {
      if (isOwn) await removeNamespace(cloudMap, namespace.id, polling);
      return;
    } catch (error) {
      if (attempts === 5 || (error as Error).name !== 'ResourceInUse') throw error;
      await sleep(5_000);
    }
  }
}

function isOurs(attributes: Readonly<Record<string, string>>): boolean {
  return attributes['k8s.io/namespace'] === kubernetesNamespace || attributes[runAttribute] !== undefined;
}

/** A later pod of the same name, deleted: whatever state of the test pod the table has, this one is newer. */
async function deletePod(smoke: Smoke, cluster: string, namespace: Namespace): Promise<void> {
  const nowMs = Date.now();
  const ended = { uid: randomUUID(), createdAtMs: nowMs, version: nowMs, color: 'none' };
  const { clients, options } = smoke;
  const bus = busOf(clients, options, cluster);
  await send(
    { bus },
    podEvent({ ...smoke, cluster: { ...smoke.cluster, name: cluster } }, namespace.name, ended, 'Deleted'),
  );
}

/** Removes what earlier runs of this stage left. */
export async function removeLeftovers(smoke: Smoke, olderThanMs: number): Promise<readonly string[]> {
  const runs = await leftovers(smoke);
  const failures: string[] = [];
  for (const [id, namespace] of runs) {
    if (id === smoke.names.id || Date.now() - startedAtMs(id) < olderThanMs) continue;
    smoke.print(`  removing what run ${id} left`);
    const cluster = (namespace && (await clusterOf(smoke, namespace))) ?? smoke.cluster.name;
    failures.push(...(await removeRun(smoke, { id, cluster, namespace })));
  }
  return failures;
}

async function leftovers(smoke: Smoke): Promise<ReadonlyMap<string, Namespace | undefined>> {
  const { options, clients, bus } = smoke;
  const runs = new Map<string, Namespace | undefined>();
  const note = (id: string | undefined, namespace?: Namespace) => {
    if (id !== undefined) runs.set(id, namespace ?? runs.get(id));
  };
  for (const rule of await ruleNames(clients.events, `${prefix}-`, bus.name)) note(runOfPart(rule));
  const QueueNamePrefix = `${prefix}-${options.stage}-`;
  for await (const { QueueUrls = [] } of paginateListQueues({ client: clients.sqs }, { QueueNamePrefix }))
    for (const url of QueueUrls) note(runOf(options.stage, url.slice(url.lastIndexOf('/') + 1)));
  for (const namespace of await namespaces(
    clients.cloudMap,
    (name) => runOf(options.stage, name) !== undefined || name === options.namespace,
  ))
    if (namespace.name !== options.namespace) note(runOf(options.stage, namespace.name), namespace);
    else
      for (const { name } of await servicesOf(
        clients.cloudMap,
        namespace,
        (each) => runOfPart(each) !== undefined,
      ))
        note(runOfPart(name), namespace);
  return runs;
}

async function clusterOf({ clients }: Smoke, { arn }: Namespace): Promise<string | undefined> {
  const { Tags } = await clients.cloudMap.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
  return Tags?.find(({ Key }) => Key === clusterTag)?.Value;
}
