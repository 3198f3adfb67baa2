import type { ClusterConfig } from '../model/cluster-config.ts';
import { NotFoundError } from '../model/errors.ts';
import { type PodKey, podGroup, type ServiceKey, serviceText } from '../model/identity.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type { Claim, CloudMapService, Registration, Tenant } from '../model/records/registration.ts';
import { registrationId } from '../model/records/registration.ts';
import { configAt, unreachable } from '../model/target.ts';
import { type DesiredInstance, desiredInstances } from '../pods/plan/desired/desired.ts';
import { type Ownership, ownershipOf } from '../pods/plan/ownership.ts';
import { namespaceEntry } from '../pods/plan/services/choose-namespace.ts';
import { whyManagedByOther } from '../pods/plan/services/managed-service.ts';
import { whyNotAllowed } from '../pods/plan/services/tenancy.ts';
import { readRegistrationContext } from '../pods/registration-context.ts';
import { whyOwnedByOthers } from '../pods/services/find-owners.ts';
import { type FoundService, ServiceFinder } from '../pods/services/find-service.ts';
import { tenantOf } from '../pods/services/own-service.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';
import { readUnderWay } from './explain-operations.ts';
import type { Holder, InstanceFacts, PodExplanation, PodFacts } from './plan/explained.ts';
import { explainPod as explain } from './plan/explanation.ts';
import { readInvalidNodes } from './read-invalid-nodes.ts';
import { ReadAttempts } from './reads.ts';

/** Reads everything known about a pod and explains why it is in Cloud Map or not. Writes nothing. */
export async function explainPod(deps: ExplainDependencies, key: PodKey): Promise<PodExplanation> {
  const config = deps.cluster(key.cluster);
  const { cluster, namespace, name } = key;
  const reads = new ReadAttempts();
  const found = await reads.attempt('the stored pod', async () => ({
    record: await deps.pods.find(key),
  }));
  const record = found?.record;
  const registrationContext = await reads.attempt('the virtual nodes, meshes and namespace', () =>
    readRegistrationContext(deps, cluster, namespace),
  );
  const facts: PodFacts = {
    key,
    place: deps.place,
    nowMs: deps.clock.now(),
    config,
    seen: found === undefined ? 'unknown' : record === undefined ? 'never' : 'yes',
    received: await reads.attempt('the namespaces of the cluster', () => readReceived(deps, key)),
    record,
    registrationContext,
    instances: record ? await readInstances(deps, reads, config, { record, registrationContext }) : [],
    deadLetters:
      (await reads.attempt('the dead-lettered messages', async () => [
        ...(await deps.deadLetters.of(cluster, 'VirtualNode', namespace)),
        ...(await deps.deadLetters.of(cluster, 'Pod', namespace, name)),
      ])) ?? [],
    invalidNodes:
      (await reads.attempt('the virtual nodes, meshes and namespace', () =>
        readInvalidNodes(deps, cluster, namespace),
      )) ?? [],
    lastSweep: await reads.attempt('the report of the last sweep', () => deps.reports.last(cluster)),
    readFailures: reads.readFailures,
  };
  return explain(facts);
}

/** The relay sends every namespace at its start: if none is stored, no events have been received from the cluster. */
async function readReceived(
  deps: ExplainDependencies,
  { cluster, namespace }: PodKey,
): Promise<PodFacts['received']> {
  const namespaces = await deps.objects.ofKind(cluster, 'Namespace', '');
  return {
    cluster: namespaces.length > 0,
    namespace: namespaces.some(({ metadata }) => metadata.name === namespace),
  };
}

interface Place extends Registration {
  readonly desired?: DesiredInstance | undefined;
}

/** A pod that was observed, and where it is registered. */
interface Placed extends Pick<PodFacts, 'registrationContext'> {
  readonly record: PodRecord;
}

/** The instances that the pod should have, then others that it has or may have. */
async function readInstances(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  { record, registrationContext }: Placed,
): Promise<readonly InstanceFacts[]> {
  const desired = registrationContext
    ? desiredInstances(record.pod, registrationContext, config.cloudMap).instances
    : [];
  const places = new Map<string, Place>();
  for (const instance of desired) {
    const place = { service: serviceKeyOf(config, instance), instanceId: instance.instanceId };
    places.set(registrationId(place), { ...place, desired: instance });
  }
  for (const registration of record.registrations)
    if (!places.has(registrationId(registration))) places.set(registrationId(registration), registration);
  const facts: InstanceFacts[] = [];
  for (const place of places.values()) {
    const { target } = place.service;
    const reached = configAt(config, target);
    if (reached !== undefined)
      facts.push(await readInstance(deps, reads, reached, { ...place, pod: record.pod }));
    else
      reads.readFailures.push({
        what: `instance ${place.instanceId} of ${serviceText(place.service)}`,
        code: 'Unavailable',
        message: unreachable(config, target),
      });
  }
  return facts;
}

async function readInstance(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  { service: key, instanceId, desired, pod }: Place & { readonly pod: PodRecord['pod'] },
): Promise<InstanceFacts> {
  const where = `${serviceText(key)} ${instanceId}`;
  const found = await reads.attempt(`the claim on ${where}`, async () => ({
    claim: (await deps.claims.find(key, instanceId)) ?? null,
  }));
  const claim = found?.claim;
  const checked = await readService(deps, reads, config, key);
  const service = checked?.service;
  const asked = service && { key, serviceId: service.id, claims: [claim ?? { instanceId }] };
  const underWay = asked && (await readUnderWay(deps, reads, config, asked));
  const there =
    service === undefined
      ? {}
      : await readActual(deps, reads, config, { key, instanceId, service, uid: pod.uid });
  return {
    namespaceName: key.namespaceName,
    serviceName: key.serviceName,
    instanceId,
    desired,
    ...(await readTenancy(deps, reads, config, { tenant: tenantOf(pod), key, service })),
    namespace: checked?.namespace,
    serviceRefusal: checked?.refusal,
    mayCreateNamespace: namespaceEntry(config, key.namespaceName)?.create !== undefined,
    serviceId: service?.id,
    serviceIsGone: 'isGone' in there,
    hasCustomHealthCheck: service?.hasCustomHealthCheck,
    claim,
    holder:
      claim && podGroup(claim.owner) !== podGroup(pod) ? await readHolder(deps, reads, claim) : undefined,
    operation: claim?.operationId ? await readOperation(deps, reads, config, claim.operationId) : undefined,
    underWay,
    ...('actual' in there && {
      actual: there.actual,
      ownership: there.actual ? ownershipIn(there.actual, claim, pod) : undefined,
      discovered: there.discovered,
    }),
  };
}

/** An instance that we registered stays ours, even if its attributes were changed since. */
function ownershipIn(
  attributes: Readonly<Record<string, string>>,
  claim: Claim | null | undefined,
  pod: PodRecord['pod'],
): Ownership {
  const isOwn = claim && podGroup(claim.owner) === podGroup(pod) && claim.owner.uid === pod.uid;
  return isOwn && claim.phase === 'applied' ? { kind: 'ours' } : ownershipOf(attributes, pod);
}

/** Decided by the tenancy rules or, without any, by the owners of the service. */
async function readTenancy(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  {
    tenant,
    key,
    service,
  }: {
    readonly tenant: Tenant;
    readonly key: ServiceKey;
    readonly service: CloudMapService | undefined;
  },
): Promise<Pick<InstanceFacts, 'tenancyRefusal' | 'tenancyAdvice'>> {
  const request = { ...tenant, ...key, namespaceKind: service?.namespaceKind };
  const byRules = whyNotAllowed(request, config.tenancy);
  if (config.tenancy !== undefined || service === undefined) return { tenancyRefusal: byRules };
  const refusal = await reads.attempt(`the owners of ${serviceText(key)}`, () =>
    whyOwnedByOthers(deps, key, service, tenant),
  );
  return { tenancyRefusal: refusal?.reason ?? null, tenancyAdvice: refusal?.tenancy };
}

export interface ServiceFacts {
  readonly namespace?: FoundService['namespace'];
  readonly service?: CloudMapService | undefined;
  readonly refusal?: string | undefined;
}

/** The service as stored in the table; if it is not, as listed by Cloud Map. */
export async function readService(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  key: ServiceKey,
): Promise<ServiceFacts | undefined> {
  const known = await reads.attempt(`the stored id of ${serviceText(key)}`, () => deps.services.find(key));
  if (known !== undefined) {
    const refusal = whyManagedByOther(key.namespaceName, known, config) ?? undefined;
    return { namespace: known.namespaceKind, service: known, refusal };
  }
  return reads.attempt(`Cloud Map's service ${serviceText(key)}`, () => {
    const finder = new ServiceFinder(config, deps.cloudMap(config), deps.cloudMapReader(config));
    return finder.find(key);
  });
}

type Actual = { readonly isGone: true } | Pick<InstanceFacts, 'actual' | 'discovered'>;

/** The actual instance of that id, and what DiscoverInstances returns. */
async function readActual(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  place: {
    readonly key: ServiceKey;
    readonly instanceId: string;
    readonly service: CloudMapService;
    readonly uid: string;
  },
): Promise<Actual> {
  const { key, instanceId, service, uid } = place;
  const there = await reads.attempt(`instance ${instanceId} of ${serviceText(key)}`, () =>
    findUnlessGone(deps, config, service.id, instanceId),
  );
  if (there === undefined || 'isGone' in there) return there ?? {};
  const discovered = await reads.attempt(`DiscoverInstances of ${serviceText(key)}`, async () => {
    const answer = await deps.discovery(config).discover(service, { 'k8s.io/pod-uid': uid });
    return { instance: answer.get(instanceId) ?? null };
  });
  return { actual: there.attributes ?? null, discovered: discovered?.instance };
}

async function findUnlessGone(
  deps: ExplainDependencies,
  config: ClusterConfig,
  serviceId: string,
  instanceId: string,
): Promise<
  { readonly isGone: true } | { readonly attributes: Readonly<Record<string, string>> | undefined }
> {
  try {
    return { attributes: await deps.cloudMap(config).findInstance(serviceId, instanceId) };
  } catch (error) {
    if (error instanceof NotFoundError && error.resource === 'service') return { isGone: true };
    throw error;
  }
}

export async function readHolder(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  { owner }: Claim,
): Promise<Holder> {
  const found = await reads.attempt('the pod that has the claim', async () => ({
    holder: await deps.pods.find(owner),
  }));
  if (found === undefined) return 'unreadable';
  if (found.holder === undefined) return 'not observed';
  const { pod, deleted } = found.holder;
  if (deleted) return 'deleted';
  if (pod.uid !== owner.uid) return 'replaced';
  return pod.terminating ? 'terminating' : 'alive';
}

async function readOperation(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  id: string,
): Promise<InstanceFacts['operation']> {
  return reads.attempt(`operation ${id}`, async () => {
    try {
      return { id, ...(await deps.cloudMap(config).operation(id)) };
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      return { id, status: 'forgotten' as const };
    }
  });
}
