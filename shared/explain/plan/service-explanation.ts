import type { PodKey } from '../../model/identity.ts';
import { podKeyText } from '../../model/identity.ts';
import type { Claim, Tenant } from '../../model/registration.ts';
import type { SeenInstance } from '../../model/service-view.ts';
import { isLeftover } from '../../pods/plan/ownership.ts';
import type { Cause, ReadFailure } from './explained.ts';
import { type MissingPermission, permissionsIn, permissionText } from './missing-permission.ts';
import { resyncCommand } from './resync-command.ts';

/** Whose an instance is, seen from all clusters of this system, and why. */
export interface Whose {
  readonly kind: 'ours' | 'leftover' | 'foreign';
  readonly reason: string;
  /** The pod it stands for, as far as the instance or its claim says. */
  readonly pod?: string | undefined;
  readonly cluster?: string | undefined;
}

export interface ExplainedInstance extends Whose {
  readonly instanceId: string;
  readonly health?: string | undefined;
  readonly claim?: Claim['phase'] | undefined;
}

export interface ServiceFacts {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly target: string;
  readonly nowMs: number;
  readonly namespace?: 'http' | 'private-dns' | 'public-dns' | 'missing' | 'refused' | undefined;
  /** Why what Cloud Map has under these names may not be used. */
  readonly refusal?: string | undefined;
  /** The id that Cloud Map gives today, and the one that is kept in the table. */
  readonly serviceId?: string | undefined;
  readonly storedId?: string | undefined;
  readonly hasCustomHealthCheck?: boolean | undefined;
  /** Who may register there without tenancy rules. */
  readonly owners: readonly Tenant[];
  /** Of clusters.yml. */
  readonly clusters: readonly string[];
  readonly instances?: ReadonlyMap<string, SeenInstance> | undefined;
  readonly claims: readonly Claim[];
  /** Operation id → Cloud Map's own words. */
  readonly failedOperations: ReadonlyMap<string, string>;
  readonly readFailures: readonly ReadFailure[];
}

export interface ServiceExplanation
  extends Omit<ServiceFacts, 'instances' | 'claims' | 'failedOperations' | 'clusters'> {
  readonly subject: 'service';
  readonly instances: readonly ExplainedInstance[];
  readonly claimsWithoutInstance: readonly {
    readonly instanceId: string;
    readonly owner: PodKey;
    readonly phase: Claim['phase'];
    readonly touchedAt: string;
    /** Cloud Map's own words, where its last operation failed. */
    readonly failure?: string | undefined;
  }[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** Ours if a claim says so or `k8s.io/cluster` is one of these clusters; `null`: there is no instance, only a claim. */
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
      reason: `its attribute k8s.io/cluster is ${cluster}, which clusters.yml does not name`,
    };
  if (claim?.fingerprint !== undefined && claim.phase === 'applied')
    return {
      kind: 'ours',
      pod: `${claim.owner.namespace}/${claim.owner.name}`,
      cluster: claim.owner.cluster,
      reason: `the claim of ${podKeyText(claim.owner)} says so`,
    };
  if (attributes !== null && isLeftover(attributes))
    return {
      kind: 'leftover',
      ...its,
      reason: 'the App Mesh controller registered it, and nobody has taken it over',
    };
  return { kind: 'foreign', ...its, reason: 'neither this system nor the App Mesh controller registered it' };
}

/** A service from both sides: what is in Cloud Map, and what is claimed to be. */
export function explainService(facts: ServiceFacts): ServiceExplanation {
  const { instances, claims, clusters, failedOperations, ...rest } = facts;
  const claimOf = new Map(claims.map((claim) => [claim.instanceId, claim]));
  const explained = {
    subject: 'service' as const,
    ...rest,
    instances: [...(instances ?? [])].map(([instanceId, { attributes, health }]) => {
      const claim = claimOf.get(instanceId);
      return { instanceId, health, claim: claim?.phase, ...whoseInstance(attributes, claim, clusters) };
    }),
    claimsWithoutInstance: claims
      .filter(({ instanceId }) => instances !== undefined && !instances.has(instanceId))
      .map(({ instanceId, owner, phase, touchedAtMs, operationId }) => {
        const failure = failedOperations.get(operationId ?? '');
        const touchedAt = new Date(touchedAtMs).toISOString();
        return { instanceId, owner, phase, touchedAt, ...(failure !== undefined && { failure }) };
      }),
    missingPermissions: permissionsIn(facts.readFailures),
  };
  return { ...explained, cause: causeOf(facts, explained) };
}

function causeOf(facts: ServiceFacts, explained: Omit<ServiceExplanation, 'cause'>): Cause {
  return (
    unusable(facts) ??
    readFailures(explained) ??
    absent(facts) ??
    unpaired(explained) ??
    others(explained) ?? {
      kind: 'in order',
      reason: `${explained.instances.length} instances, each ours and claimed`,
      advice: 'Nothing; to see why a pod is not among them: {"cluster", "namespace", "pod"}',
    }
  );
}

function unusable({ namespace, namespaceName, refusal }: ServiceFacts): Cause | null {
  if (refusal !== undefined)
    return {
      kind: 'service refused',
      reason: refusal,
      advice:
        'Do what the reason says; explain a pod to see which VirtualNode or annotation asks for the service',
    };
  if (namespace === 'public-dns')
    return {
      kind: 'public namespace',
      reason: `Cloud Map namespace ${namespaceName} is a public DNS namespace, into which no pod is registered`,
      advice: 'Name a private DNS or HTTP namespace in the VirtualNodes and annotations',
    };
  if (namespace !== 'missing') return null;
  return {
    kind: 'no such namespace',
    reason: `Cloud Map has no namespace ${namespaceName} in this account and Region`,
    advice: `Check the name (aws servicediscovery list-namespaces), and cloudMap.region and cloudMap.roleArn in clusters.yml`,
  };
}

function readFailures({ readFailures, missingPermissions }: Omit<ServiceExplanation, 'cause'>): Cause | null {
  const [first] = readFailures;
  const [missing] = missingPermissions;
  if (first === undefined) return null;
  return {
    kind: missing ? 'missing permission' : 'not readable',
    reason: `${first.what} could not be read: ${first.reason}`,
    advice: missing ? `Allow ${permissionText(missing)}, then ask again` : 'Ask again in a minute',
  };
}

function absent({ serviceId, storedId, claims, namespaceName, serviceName }: ServiceFacts): Cause | null {
  if (serviceId !== undefined && (storedId === undefined || storedId === serviceId)) return null;
  const [claim] = claims;
  if (claim === undefined && serviceId === undefined)
    return {
      kind: 'no such service',
      reason: `Cloud Map has no service ${namespaceName}/${serviceName}, and nobody claims to be in it`,
      advice: 'Nothing: it is created when the first ready pod is to be registered there; explain that pod',
    };
  return {
    kind: 'service deleted',
    reason: `the service was known as ${storedId ?? 'unknown'}, Cloud Map has ${serviceId ?? 'none of that name'}`,
    advice:
      claim === undefined
        ? 'Nothing: the new id is learned when the next pod is registered'
        : `Have it put right: ${resyncCommand(claim.owner)}`,
  };
}

function unpaired({ claimsWithoutInstance, instances }: Omit<ServiceExplanation, 'cause'>): Cause | null {
  const [claim] = claimsWithoutInstance;
  if (claim !== undefined)
    return {
      kind: 'claims without instance',
      reason: `${claimsWithoutInstance.length} claimed, and not in Cloud Map; the first is ${claim.instanceId} of ${podKeyText(claim.owner)}${claim.failure === undefined ? '' : `: ${claim.failure}`}`,
      advice: `Have it put right: ${resyncCommand(claim.owner)}`,
    };
  const unclaimed = instances.find(({ kind, claim }) => kind === 'ours' && claim === undefined);
  if (unclaimed === undefined) return null;
  return {
    kind: 'instances without claim',
    reason: `instance ${unclaimed.instanceId} is ours (${unclaimed.reason}), and no claim says so`,
    advice: `Have the cluster swept: sls invoke -f sweep -d '${JSON.stringify({ cluster: unclaimed.cluster })}'`,
  };
}

function others({ instances, owners }: Omit<ServiceExplanation, 'cause'>): Cause | null {
  const leftovers = instances.filter(({ kind }) => kind === 'leftover');
  if (leftovers.length > 0)
    return {
      kind: 'leftovers',
      reason: `${leftovers.length} instances were left by the App Mesh controller; the first is ${leftovers[0]?.instanceId} of pod ${leftovers[0]?.pod}`,
      advice:
        'Those of live pods are taken over by a sweep; deregister the others by hand if their pods are gone',
    };
  const foreign = instances.filter(({ kind }) => kind === 'foreign');
  if (foreign.length === 0) return null;
  return {
    kind: 'shared with others',
    reason: `${foreign.length} of ${instances.length} instances are not ours and are left alone${owners.length > 0 ? '' : '; without a tenancy rule nobody may register into such a service'}`,
    advice:
      owners.length > 0
        ? 'Nothing: they are left alone'
        : 'To let pods in beside them, add a rule to tenancy of their cluster in clusters.yml',
  };
}
