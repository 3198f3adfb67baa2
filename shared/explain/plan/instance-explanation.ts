import { podKeyText } from '../../model/identity.ts';
import type { Claim } from '../../model/registration.ts';
import type { Cause, Holder, ReadFailure } from './explained.ts';
import { type MissingPermission, permissionsIn, permissionText } from './missing-permission.ts';
import { resyncCommand } from './resync-command.ts';
import { type Whose, whoseInstance } from './service-explanation.ts';

/** An instance id in one service: what is there, and who claims it. */
export interface PlaceFacts {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly serviceId: string;
  /** null: no such instance; undefined: could not be read. */
  readonly attributes: Readonly<Record<string, string>> | null | undefined;
  readonly claim?: Claim | undefined;
  /** The claiming pod, as it was last seen. */
  readonly owner?: Holder | undefined;
}

export interface IdFacts {
  readonly instanceId: string;
  readonly nowMs: number;
  /** Of clusters.yml. */
  readonly clusters: readonly string[];
  /** Of services looked into. */
  readonly checked: readonly string[];
  /** Where there is an instance or a claim. */
  readonly places: readonly PlaceFacts[];
  readonly readFailures: readonly ReadFailure[];
}

export interface InstanceExplanation extends Omit<IdFacts, 'clusters' | 'places'> {
  readonly subject: 'instance';
  readonly places: readonly (PlaceFacts & { readonly whose: Whose })[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** Whose an instance id is, in every service where something is known of it, and why. */
export function explainInstance({ clusters, places, ...facts }: IdFacts): InstanceExplanation {
  const explained = {
    subject: 'instance' as const,
    ...facts,
    places: places.map((place) => ({
      ...place,
      whose: whoseInstance(place.attributes ?? null, place.claim, clusters),
    })),
    missingPermissions: permissionsIn(facts.readFailures),
  };
  return { ...explained, cause: causeOf(explained) };
}

type Explained = Omit<InstanceExplanation, 'cause'>;

function causeOf(explained: Explained): Cause {
  const { places, readFailures, missingPermissions, instanceId, checked } = explained;
  const wrong = places.map(wrongPlace).find((cause) => cause !== null);
  if (wrong) return wrong;
  const [first] = readFailures;
  const [missing] = missingPermissions;
  if (first !== undefined)
    return {
      kind: missing ? 'missing permission' : 'not readable',
      reason: `${first.what} could not be read: ${first.reason}`,
      advice: missing ? `Allow ${permissionText(missing)}, then ask again` : 'Ask again in a minute',
    };
  if (places.length === 0)
    return {
      kind: 'no such instance',
      reason: `none of the ${checked.length} services looked into has or claims ${instanceId}`,
      advice:
        'Check the id; for a service that this system does not use, name it: {"instance", "service": "namespace/service"}',
    };
  return {
    kind: 'in order',
    reason: places
      .map(({ whose, serviceName }) => `${serviceName}: ${whose.kind}, ${whose.reason}`)
      .join('; '),
    advice: places.some(({ whose }) => whose.kind !== 'ours')
      ? 'Nothing: what is not ours is left alone'
      : 'Nothing',
  };
}

function wrongPlace({
  claim,
  owner,
  attributes,
  whose,
  serviceName,
}: Explained['places'][number]): Cause | null {
  if (claim === undefined)
    return whose.kind !== 'ours'
      ? null
      : {
          kind: 'instance without claim',
          reason: `in ${serviceName} it is ours (${whose.reason}), and no claim says so`,
          advice: `Have the cluster swept: sls invoke -f sweep -d '${JSON.stringify({ cluster: whose.cluster })}'`,
        };
  if (attributes === null)
    return {
      kind: 'claim without instance',
      reason: `in ${serviceName} it is claimed by ${podKeyText(claim.owner)} (${claim.phase}), and Cloud Map does not have it`,
      advice: `Have it put right: ${resyncCommand(claim.owner)}`,
    };
  if (owner === 'alive' || owner === 'not readable' || owner === undefined) return null;
  return {
    kind: 'claim of a pod that is gone',
    reason: `in ${serviceName} it is claimed by ${podKeyText(claim.owner)}, which is ${owner}`,
    advice: `Wait a minute; if it stays so, ${resyncCommand(claim.owner)}`,
  };
}
