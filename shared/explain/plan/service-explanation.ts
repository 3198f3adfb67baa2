import { awsCommand, invokeCommand } from '../../model/commands/commands.ts';
import type { Place } from '../../model/commands/place.ts';
import type { PodKey } from '../../model/identity.ts';
import { podKeyText } from '../../model/identity.ts';
import { distinctPermissions, type MissingPermission } from '../../model/permission.ts';
import type { Claim, Tenant } from '../../model/records/registration.ts';
import type { SeenInstance } from '../../model/service-view.ts';
import { counted } from '../../model/text/printable.ts';
import { isLeftover } from '../../pods/plan/ownership.ts';
import {
  type DrainedCluster,
  type Drains,
  drainedAmong,
  drainedCause,
  notFoundCause,
} from './common/drained-cause.ts';
import { readFailureCause } from './common/read-failures.ts';
import { type ExplainedEntry, entryCause } from './entry-explanation.ts';
import type { Cause, InstanceFacts, ReadFailure } from './explained.ts';
import { changedByOthers } from './instance-cause.ts';
import { resyncCommand } from './resync-command.ts';

/** Who manages an instance, considering all clusters of this system, and why. */
export interface Whose {
  readonly kind: 'ours' | 'leftover' | 'foreign';
  readonly reason: string;
  /** The pod that the instance or its claim names. */
  readonly pod?: string | undefined;
  readonly cluster?: string | undefined;
}

export interface ExplainedInstance extends Whose {
  readonly instanceId: string;
  readonly health?: string | undefined;
  readonly claim?: Claim['phase'] | undefined;
}

export interface ServiceFacts {
  /** For the commands that are printed. */
  readonly place: Place;
  /** The Region of Cloud Map, if it is not the functions' own. */
  readonly region?: string | undefined;
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly target: string;
  readonly nowMs: number;
  readonly namespace?: 'http' | 'private-dns' | 'public-dns' | 'missing' | 'refused' | undefined;
  /** Why the service or namespace of these names may not be used. */
  readonly refusal?: string | undefined;
  /** The id in Cloud Map today, and the one stored in the table. */
  readonly serviceId?: string | undefined;
  readonly storedId?: string | undefined;
  readonly hasCustomHealthCheck?: boolean | undefined;
  /** The tenants that may register there without tenancy rules. */
  readonly owners: readonly Tenant[];
  /** The clusters of clusters.yml. */
  readonly clusters: readonly string[];
  readonly drains: Drains;
  readonly instances?: ReadonlyMap<string, SeenInstance> | undefined;
  readonly claims: readonly Claim[];
  /** The operation in progress for an instance with a claim that another program started. */
  readonly underWay?: InstanceFacts['underWay'];
  /** Its ServiceEntry in each cluster that imports services. */
  readonly entries: readonly (ExplainedEntry & { readonly everyMinutes: number })[];
  /** Operation id → Cloud Map's error message. */
  readonly failedOperations: ReadonlyMap<string, string>;
  readonly readFailures: readonly ReadFailure[];
}

export interface ServiceExplanation
  extends Omit<
    ServiceFacts,
    'place' | 'region' | 'instances' | 'claims' | 'failedOperations' | 'clusters' | 'drains'
  > {
  readonly subject: 'service';
  /** The drained clusters that have instances in it, or had. */
  readonly drained: readonly DrainedCluster[];
  readonly instances: readonly ExplainedInstance[];
  readonly claimsWithoutInstance: readonly {
    readonly instanceId: string;
    readonly owner: PodKey;
    readonly phase: Claim['phase'];
    readonly touchedAt: string;
    /** Cloud Map's error message if its last operation failed. */
    readonly failure?: string | undefined;
  }[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** Ours if it has a claim or `k8s.io/cluster` is one of these clusters; `null`: there is no instance, only a claim. */
export function whoseInstance(
  attributes: Readonly<Record<string, string>> | null,
  claim: Claim | undefined,
  clusters: readonly string[],
): Whose {
  const cluster = attributes?.['k8s.io/cluster'];
  const named = attributes?.['k8s.io/pod'];
  const pod = named === undefined ? undefined : `${attributes?.['k8s.io/namespace'] ?? '?'}/${named}`;
  const its = { ...(pod && { pod }), ...(cluster && { cluster }) };
  if (cluster !== undefined && clusters.includes(cluster))
    return { kind: 'ours', ...its, reason: `its attribute k8s.io/cluster is ${cluster}` };
  if (cluster !== undefined)
    return {
      kind: 'foreign',
      ...its,
      reason: `its attribute k8s.io/cluster is ${cluster}, which is not in clusters.yml`,
    };
  if (claim?.fingerprint !== undefined && claim.phase === 'applied')
    return {
      kind: 'ours',
      pod: `${claim.owner.namespace}/${claim.owner.name}`,
      cluster: claim.owner.cluster,
      reason: `${podKeyText(claim.owner)} has a claim on it`,
    };
  if (attributes !== null && isLeftover(attributes))
    return {
      kind: 'leftover',
      ...its,
      reason: 'the App Mesh controller registered it, and it has not been adopted',
    };
  return { kind: 'foreign', ...its, reason: 'neither this system nor the App Mesh controller registered it' };
}

/** Compares a service's instances in Cloud Map with the claims on them. */
export function explainService(facts: ServiceFacts): ServiceExplanation {
  const { place: _, region: __, instances, claims, clusters, failedOperations, drains, ...rest } = facts;
  const claimOf = new Map(claims.map((claim) => [claim.instanceId, claim]));
  const explainedInstances = [...(instances ?? [])].map(([instanceId, { attributes, health }]) => {
    const claim = claimOf.get(instanceId);
    return { instanceId, health, claim: claim?.phase, ...whoseInstance(attributes, claim, clusters) };
  });
  const explained = {
    subject: 'service' as const,
    ...rest,
    instances: explainedInstances,
    drained: drainedAmong(drains, [
      ...explainedInstances.map(({ kind, cluster }) => (kind === 'ours' ? cluster : undefined)),
      ...[...claims.map(({ owner }) => owner), ...facts.owners].map(({ cluster }) => cluster),
    ]),
    claimsWithoutInstance: claims
      .filter(({ instanceId }) => instances !== undefined && !instances.has(instanceId))
      .map(({ instanceId, owner, phase, touchedAtMs, operationId }) => {
        const failure = failedOperations.get(operationId ?? '');
        const touchedAt = new Date(touchedAtMs).toISOString();
        return { instanceId, owner, phase, touchedAt, failure };
      }),
    missingPermissions: distinctPermissions(facts.readFailures),
  };
  return { ...explained, cause: causeOf(facts, explained) };
}

function causeOf(facts: ServiceFacts, explained: Omit<ServiceExplanation, 'cause'>): Cause {
  return (
    unusable(facts) ??
    readFailureCause(explained) ??
    absent(facts) ??
    unmatched(explained, facts) ??
    changing(facts) ??
    drained(explained, facts) ??
    entryCause(facts.entries) ??
    unmanaged(explained) ?? {
      kind: 'InSync',
      reason: `${counted(explained.instances.length, 'instance')}, all ours, each with its claim`,
      advice: 'Nothing. If a pod is missing, explain that pod',
    }
  );
}

function unusable({ namespace, namespaceName, refusal, place, region }: ServiceFacts): Cause | null {
  if (refusal !== undefined)
    return {
      kind: 'ServiceRefused',
      reason: refusal,
      advice: 'Resolve this; explain a pod to see which VirtualNode or annotation asks for the service',
    };
  if (namespace === 'public-dns')
    return {
      kind: 'PublicNamespace',
      reason: `Cloud Map namespace ${namespaceName} is a public DNS namespace; no pod is registered in it`,
      advice: 'Name a private DNS or HTTP namespace in the VirtualNodes and annotations',
    };
  if (namespace !== 'missing') return null;
  return {
    kind: 'NamespaceNotFound',
    reason: `Cloud Map namespace ${namespaceName} not found in this account and Region`,
    advice: `Check the name (${awsCommand(place, ['servicediscovery', 'list-namespaces'], { region })}), and cloudMap.region and cloudMap.roleArn in clusters.yml`,
  };
}

function absent(facts: ServiceFacts): Cause | null {
  const { serviceId, storedId, claims, namespaceName, serviceName, place } = facts;
  if (serviceId !== undefined && (storedId === undefined || storedId === serviceId)) return null;
  const [claim] = claims;
  if (claim === undefined && serviceId === undefined) {
    const cause = {
      kind: 'ServiceNotFound',
      reason: `Cloud Map service ${namespaceName}/${serviceName} not found, and no pod has a claim in it`,
      advice:
        'Nothing: it is created for the first ready pod that is to be registered there; explain that pod',
    };
    return notFoundCause(cause, facts.drains, facts.clusters, place);
  }
  return {
    kind: 'ServiceDeleted',
    reason: `the stored service id is ${storedId ?? 'unknown'}; Cloud Map has ${serviceId ?? 'no service of that name'}`,
    advice:
      claim === undefined
        ? 'Nothing: the new id is stored when the next pod is registered'
        : `Repair it: ${resyncCommand(place, claim.owner)}`,
  };
}

/** What a drain takes out is not missing. */
function unmatched(
  { claimsWithoutInstance, instances }: Omit<ServiceExplanation, 'cause'>,
  { place, drains }: ServiceFacts,
): Cause | null {
  const missing = claimsWithoutInstance.filter(({ owner }) => !drains.has(owner.cluster));
  const [claim] = missing;
  if (claim !== undefined)
    return {
      kind: 'InstanceMissing',
      reason: `${counted(missing.length, 'claim')} without an instance in Cloud Map; the first is ${claim.instanceId} of ${podKeyText(claim.owner)}${claim.failure === undefined ? '' : `: ${claim.failure}`}`,
      advice: `Repair it: ${resyncCommand(place, claim.owner)}`,
    };
  const unclaimed = instances.find(
    ({ kind, claim, cluster = '' }) => kind === 'ours' && claim === undefined && !drains.has(cluster),
  );
  if (unclaimed === undefined) return null;
  return {
    kind: 'ClaimMissing',
    reason: `instance ${unclaimed.instanceId} is ours (${unclaimed.reason}), but has no claim`,
    advice: `Sweep the cluster: ${invokeCommand(place, 'sweep', { cluster: unclaimed.cluster })}`,
  };
}

/** Another program changes an instance that no drain takes out. */
function changing({ claims, underWay, drains, place }: ServiceFacts): Cause | null {
  const claim = claims.find(({ instanceId }) => instanceId === underWay?.instanceId);
  if (claim === undefined || drains.has(claim.owner.cluster)) return null;
  return changedByOthers({ key: claim.owner, place }, { underWay });
}

function drained(
  { drained: [first], instances }: Omit<ServiceExplanation, 'cause'>,
  { drains, place }: ServiceFacts,
): Cause | null {
  const drain = first && drains.get(first.cluster);
  if (first === undefined || drain === undefined) return null;
  const left = instances.filter(({ kind, cluster }) => kind === 'ours' && cluster === first.cluster).length;
  const cause = drainedCause(first.cluster, drain, place);
  if (left === 0) return cause;
  return { ...cause, reason: `${cause.reason}; still to be deregistered: ${counted(left, 'instance')}` };
}

function unmanaged({ instances, owners }: Omit<ServiceExplanation, 'cause'>): Cause | null {
  const leftovers = instances.filter(({ kind }) => kind === 'leftover');
  if (leftovers.length > 0)
    return {
      kind: 'LeftoverInstances',
      reason: `the App Mesh controller left ${counted(leftovers.length, 'instance')}; the first is ${leftovers[0]?.instanceId} of pod ${leftovers[0]?.pod}`,
      advice: 'Sweeps adopt those of live pods; deregister the others by hand if their pods are gone',
    };
  const foreign = instances.filter(({ kind }) => kind === 'foreign');
  if (foreign.length === 0) return null;
  return {
    kind: 'ForeignInstances',
    reason: `${foreign.length} of ${instances.length} instances are not managed by eks-mesh-sync and are not changed${owners.length > 0 ? '' : '; registering in such a service needs a tenancy rule'}`,
    advice:
      owners.length > 0
        ? 'Nothing: foreign instances are not changed'
        : 'To register pods beside them, add a rule to tenancy of their cluster in clusters.yml',
  };
}
