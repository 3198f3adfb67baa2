import pLimit from 'p-limit';
import { NotFoundError, SyncError } from '../model/errors.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { LiveObject } from '../model/kubernetes-object.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type {
  DiscoveredInstances,
  EntryState,
  KnownService,
  ListedNamespace,
} from '../ports/service-entry-ports.ts';
import { digest, type EntryRun } from './entry-run.ts';
import type { SelectedService } from './list-catalog.ts';
import type { CloudMapNamespaceView, CloudMapServiceView } from './plan/cloud-map-view.ts';

/** DiscoverInstances allows a thousand calls a second, its revision three thousand, and each takes some milliseconds. */
const maxConcurrentReads = 25;

/** An unchanged revision is trusted for so long. */
const revisionKeptMs = 3_600_000;

/** A selected service, and its instances if they had to be read. */
export interface ServiceRead extends SelectedService {
  readonly read?: InstancesRead | undefined;
  /** Pods were registered in it; known only of a service without instances and without an entry. */
  readonly isRegisteredByPods?: boolean | undefined;
}

export interface InstancesRead {
  readonly instances: DiscoveredInstances['instances'];
  readonly revision: number | undefined;
  readonly digest: string;
}

/** The entry that a service had after its last read, in the cluster as it is now. */
export type LiveEntryOf = (known: KnownService | undefined) => LiveObject | undefined;

/**
 * Reads the instances of the services for which they may decide something; of the others only their revision. A service
 * that cannot be read keeps its entry.
 */
export async function readServices(
  run: EntryRun,
  services: readonly SelectedService[],
  liveEntryOf: LiveEntryOf,
): Promise<readonly ServiceRead[]> {
  const limit = pLimit(maxConcurrentReads);
  const reads = services.map((service) => limit(() => readOrKeep(run, service, liveEntryOf(service.known))));
  return Promise.all(reads);
}

async function readOrKeep(
  run: EntryRun,
  service: SelectedService,
  live: LiveObject | undefined,
): Promise<ServiceRead> {
  if (run.isOutOfTime('read')) return service;
  try {
    return await readService(run, service, live);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    if (!(error instanceof NotFoundError)) run.errors.push(error);
    // Else it was deleted since it was listed; or, in this run, was listed before it can be discovered.
    else if (!service.isListed) run.staleNamespaces.add(service.namespace.id);
    return service;
  }
}

async function readService(
  run: EntryRun,
  service: SelectedService,
  live: LiveObject | undefined,
): Promise<ServiceRead> {
  const read = await readIfNeeded(run, service, live);
  if (live !== undefined || read?.instances.length !== 0) return { ...service, read };
  const names = { namespaceName: service.namespace.name, serviceName: service.listed.name };
  const registered = await run.deps.services.find(serviceKeyOf(run.config, names));
  return { ...service, read, isRegisteredByPods: registered !== undefined };
}

async function readIfNeeded(
  run: EntryRun,
  service: SelectedService,
  live: LiveObject | undefined,
): Promise<InstancesRead | undefined> {
  const { known, listed } = service;
  const discoverable = discoverableOf(service);
  const mustRead = listed.healthCheck !== 'none' || !isTrusted(run, known, live);
  if (!mustRead && (await run.catalog.revision(discoverable)) === known?.revision) return undefined;
  return readInstances(run, service);
}

/**
 * Whether the last read of a service still decides its entry if the revision has not moved. Not if the configuration has
 * changed, if the entry is not the one that was written, or if there is none: something else may have prevented it then.
 */
function isTrusted(run: EntryRun, known: KnownService | undefined, live: LiveObject | undefined): boolean {
  const { readAtMs, basis, entry, revision } = known ?? {};
  if (run.isFull || readAtMs === undefined || revision === undefined || entry === undefined) return false;
  const isYoung = Math.abs(run.startedAtMs - readAtMs) < revisionKeptMs;
  return isYoung && basis === run.basis && isState(entry, live);
}

function isState({ uid, resourceVersion }: EntryState, live: LiveObject | undefined): boolean {
  return live?.metadata.uid === uid && live.metadata.resourceVersion === resourceVersion;
}

export async function readInstances(run: EntryRun, service: SelectedService): Promise<InstancesRead> {
  const { instances, revision } = await run.catalog.instances(discoverableOf(service));
  return { instances, revision, digest: digestOf(instances) };
}

function discoverableOf({ listed, namespace }: SelectedService) {
  return { ...listed, namespace };
}

/** DiscoverInstances returns instances in random order. */
function digestOf(instances: DiscoveredInstances['instances']): string {
  const texts = instances.map(
    ({ id, attributes, health = '' }) => `${JSON.stringify([id, health])}${fingerprint(attributes)}`,
  );
  return digest(texts.sort().join('\n'));
}

/** As the plan sees it. */
export function viewOf({ listed, namespace, read, isRegisteredByPods }: ServiceRead): CloudMapServiceView {
  return {
    namespace: namespaceViewOf(namespace),
    name: listed.name,
    arn: listed.arn,
    healthCheck: listed.healthCheck,
    instances: read?.instances,
    isRegisteredByPods,
  };
}

export function namespaceViewOf({ id, name, httpName, type, arn }: ListedNamespace): CloudMapNamespaceView {
  const [, , , region, account] = arn.split(':');
  return { id, name, httpName, type, arn, account, region };
}
