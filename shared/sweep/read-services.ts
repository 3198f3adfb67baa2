import type { ClusterConfig } from '../model/cluster-config.ts';
import { NotFoundError } from '../model/errors.ts';
import type { ServiceKey } from '../model/identity.ts';
import type { Claim, CloudMapService, UsedService } from '../model/records/registration.ts';
import type { RunningOperation, SeenInstance, ServiceView } from '../model/service-view.ts';
import { configAt, targetOf } from '../model/target.ts';
import { desiredInstances } from '../pods/plan/desired/desired.ts';
import { ServiceFinder } from '../pods/services/find-service.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type { CloudMapReader, SweepDependencies } from '../ports/sweep-ports.ts';
import { unconfirmedRemoval } from './plan/findings/attribute-drift.ts';
import { isCurrent, viewName } from './plan/findings/view-name.ts';
import type { ClusterSnapshot } from './read-cluster.ts';
import { readInstances } from './read-instances.ts';

/** How far back failed operations are searched: several intervals of a sweep every five minutes. */
const operationsSinceMs = 30 * 60_000;

export interface ReadServices {
  /** By `namespace/service`. */
  readonly views: ReadonlyMap<string, ServiceView>;
  /** Services in accounts or Regions where the cluster registered earlier and that clusters.yml does not name. */
  readonly unreachable: readonly ServiceKey[];
  /** The records of used services, read before anything else. */
  readonly used: readonly UsedService[];
  /** Whether an object of the cluster, or a pod's registration, names the service. */
  readonly isNamed: (service: ServiceKey) => boolean;
}

/**
 * The claims and the instances of every service that the cluster's pods request or are registered in, or that has a
 * record of use by the cluster. Ids come from the table; a namespace is listed only if an id is unknown or wrong. A
 * service that does not exist is left out, so that its requested instances are missing.
 */
export async function readServices(
  deps: SweepDependencies,
  config: ClusterConfig,
  snapshot: ClusterSnapshot,
): Promise<ReadServices> {
  const used: UsedService[] = [];
  for await (const record of deps.usedServices.ofCluster(config.name)) used.push(record);
  const named = namedServices(config, snapshot);
  const all = new Map(named);
  for (const { service } of used) all.set(viewName(config, service), service);
  const places = new Map<string, Place>();
  const unreachable: ServiceKey[] = [];
  const views = new Map<string, ServiceView>();
  for (const [name, service] of all) {
    const reached = configAt(config, service.target);
    if (reached === undefined) {
      unreachable.push(service);
      continue;
    }
    const place = places.get(targetOf(reached)) ?? (await openPlace(deps, reached));
    places.set(targetOf(reached), place);
    const view = await place.read(service);
    if (view !== undefined) views.set(name, { ...view, isFormer: !isCurrent(config, service) });
  }
  withoutRepeatedInstances(views);
  return { views, used, unreachable, isNamed: (service) => named.has(viewName(config, service)) };
}

/** A service can have been used by two keys, one of them former: its instances are returned for the current one. */
function withoutRepeatedInstances(views: Map<string, ServiceView>): void {
  const current = new Set([...views.values()].flatMap((view) => (view.isFormer ? [] : [view.serviceId])));
  for (const [name, view] of views)
    if (view.isFormer && current.has(view.serviceId)) views.set(name, { ...view, instances: new Map() });
}

async function openPlace(deps: SweepDependencies, config: ClusterConfig): Promise<Place> {
  const reader = deps.cloudMapReader(config);
  const finder = new ServiceFinder(config, deps.cloudMap(config), reader);
  return new Place(deps, config, reader, { finder, running: await reader.runningOperations() });
}

interface Names {
  readonly namespaceName: string;
  readonly serviceName: string;
}

function namedServices(config: ClusterConfig, snapshot: ClusterSnapshot): ReadonlyMap<string, ServiceKey> {
  const used = new Map<string, ServiceKey>();
  const use = (names: Names) => {
    const key = serviceKeyOf(config, names);
    used.set(viewName(config, key), key);
  };
  for (const pod of snapshot.pods.values())
    desiredInstances(pod, snapshot.registrationContext(pod.namespace), config.cloudMap).instances.forEach(
      use,
    );
  for (const { registrations } of snapshot.seen.values())
    for (const { service } of registrations) used.set(viewName(config, service), service);
  for (const { kind, spec } of snapshot.objects) {
    const cloudMap =
      kind === 'VirtualNode' ? (spec?.serviceDiscovery as { awsCloudMap?: Names })?.awsCloudMap : undefined;
    if (cloudMap) use(cloudMap);
  }
  return used;
}

/** One account and Region, with the data that is read once for it. */
class Place {
  private readonly deps: SweepDependencies;
  private readonly config: ClusterConfig;
  private readonly reader: CloudMapReader;
  private readonly finder: ServiceFinder;
  private readonly running: readonly string[];

  constructor(
    deps: SweepDependencies,
    config: ClusterConfig,
    reader: CloudMapReader,
    { finder, running }: { readonly finder: ServiceFinder; readonly running: readonly string[] },
  ) {
    this.deps = deps;
    this.config = config;
    this.reader = reader;
    this.finder = finder;
    this.running = running;
  }

  async read(service: ServiceKey): Promise<Omit<ServiceView, 'isFormer'> | undefined> {
    const key = { ...service, target: targetOf(this.config) };
    const known = await this.deps.services.find(key);
    const view = known && (await this.readUnlessGone(key, known));
    if (view !== undefined) return view;
    const { service: found } = isCurrent(this.config, key) ? await this.finder.find(key) : {};
    const other =
      found === undefined || found.id === known?.id ? undefined : await this.readUnlessGone(key, found);
    return other ?? this.readClaims(key);
  }

  /** A deleted service may still have claims. */
  private async readClaims(key: ServiceKey): Promise<Omit<ServiceView, 'isFormer'> | undefined> {
    const claims = await this.claimsOf(key);
    const [first] = claims.values();
    if (first === undefined) return undefined;
    const empty = { instances: new Map(), underWay: new Map(), failedOperations: new Map() };
    return {
      key,
      serviceId: first.serviceId,
      isDeleted: true,
      hasCustomHealthCheck: false,
      claims,
      ...empty,
    };
  }

  private async claimsOf(key: ServiceKey): Promise<ReadonlyMap<string, Claim>> {
    const claims = new Map<string, Claim>();
    for await (const claim of this.deps.claims.ofService(key)) claims.set(claim.instanceId, claim);
    return claims;
  }

  private async readUnlessGone(
    key: ServiceKey,
    service: CloudMapService,
  ): Promise<Omit<ServiceView, 'isFormer'> | undefined> {
    try {
      return await this.readView(key, service);
    } catch (error) {
      if (error instanceof NotFoundError && error.resource === 'service') return undefined;
      throw error;
    }
  }

  /** Operations first: each is then read as running, or has ended and is reflected in the list of instances. */
  private async readView(key: ServiceKey, service: CloudMapService): Promise<Omit<ServiceView, 'isFormer'>> {
    const { reader, deps } = this;
    const { id, hasCustomHealthCheck, ownerAccount } = service;
    // Operations in a shared namespace belong to its owner, and are not among those of this account.
    const mayRun = this.running.length > 0 || ownerAccount !== undefined;
    const running = mayRun ? await reader.runningOperations(id) : [];
    const claims = await this.claimsOf(key);
    const underWay = await this.readRunning(running, claims);
    const lists = deps.instanceLists;
    const { instances: listed, healthReadFailures } = await readInstances(reader, lists, service, claims);
    const instances = withoutDeregistered(listed, underWay);
    const sinceMs = failuresSinceMs(claims, { instances, underWay }, deps.clock.now());
    const failedOperations = sinceMs === undefined ? new Map() : await reader.failedOperations(id, sinceMs);
    return {
      ...{ key, serviceId: id, hasCustomHealthCheck, instances, claims, underWay, failedOperations },
      ...(healthReadFailures && { healthReadFailures }),
      ...(service.full && { full: service.full }),
    };
  }

  /** By instance id. Operations of our own claims are known; the others are read. */
  private async readRunning(
    ids: readonly string[],
    claims: ReadonlyMap<string, Claim>,
  ): Promise<ReadonlyMap<string, RunningOperation>> {
    const running = new Map<string, RunningOperation>();
    const claimed = new Map([...claims.values()].map((claim) => [claim.operationId, claim]));
    for (const id of ids) {
      const claim = claimed.get(id);
      const operation = claim ? operationOf(claim, id) : await this.reader.runningOperation(id);
      if (operation !== undefined) running.set(operation.instanceId, { id, type: operation.type });
    }
    return running;
  }
}

function operationOf({ instanceId, phase }: Claim, id: string): RunningOperation & { instanceId: string } {
  return { id, instanceId, type: phase === 'releasing' ? 'deregister' : 'register' };
}

function withoutDeregistered(
  listed: ReadonlyMap<string, SeenInstance>,
  underWay: ReadonlyMap<string, RunningOperation>,
): ReadonlyMap<string, SeenInstance> {
  const leaving = [...underWay].filter(([id, { type }]) => type === 'deregister' && listed.has(id));
  if (leaving.length === 0) return listed;
  const remaining = new Map(listed);
  for (const [id] of leaving) remaining.delete(id);
  return remaining;
}

/** Since when an operation may have failed that explains what is unexpected; undefined if nothing is. */
function failuresSinceMs(
  claims: ReadonlyMap<string, Claim>,
  view: Pick<ServiceView, 'instances' | 'underWay'>,
  nowMs: number,
): number | undefined {
  const all = [...claims.values()];
  const removals = all.flatMap((claim) => unconfirmedRemoval(claim, view.instances, nowMs) ?? []);
  if (removals.length === 0 && !all.some((claim) => isUnexpected(claim, view))) return undefined;
  return Math.min(nowMs - operationsSinceMs, ...removals);
}

/** An instance that was registered and does not exist, or was deregistered and exists: an operation may have failed. */
function isUnexpected(
  { instanceId, phase, operationId }: Claim,
  { instances, underWay }: Pick<ServiceView, 'instances' | 'underWay'>,
): boolean {
  if (underWay.get(instanceId)?.id === operationId && operationId !== undefined) return false;
  if (phase === 'releasing') return operationId !== undefined && instances.has(instanceId);
  return phase === 'applied' && !instances.has(instanceId);
}
