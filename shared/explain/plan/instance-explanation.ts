import { invokeCommand } from '../../model/commands/commands.ts';
import { explainCommand } from '../../model/commands/explain-command.ts';
import type { Place } from '../../model/commands/place.ts';
import { podKeyText } from '../../model/identity.ts';
import { distinctPermissions, type MissingPermission } from '../../model/permission.ts';
import type { Claim } from '../../model/records/registration.ts';
import type { Cause, Holder, ReadFailure } from './explained.ts';
import { readFailureCause } from './read-failures.ts';
import { resyncCommand } from './resync-command.ts';
import { type Whose, whoseInstance } from './service-explanation.ts';

/** An instance id in one service: the instance and its claim. */
export interface PlaceFacts {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly serviceId: string;
  /** null: no such instance; undefined: could not be read. */
  readonly attributes: Readonly<Record<string, string>> | null | undefined;
  readonly claim?: Claim | undefined;
  /** The last known state of the pod that has the claim. */
  readonly owner?: Holder | undefined;
}

export interface IdFacts {
  /** For the commands that are printed. */
  readonly place: Place;
  readonly instanceId: string;
  readonly nowMs: number;
  /** The clusters of clusters.yml. */
  readonly clusters: readonly string[];
  /** The services that were checked. */
  readonly checked: readonly string[];
  /** The services with an instance or a claim of this id. */
  readonly places: readonly PlaceFacts[];
  readonly readFailures: readonly ReadFailure[];
}

export interface InstanceExplanation extends Omit<IdFacts, 'place' | 'clusters' | 'places'> {
  readonly subject: 'instance';
  readonly places: readonly (PlaceFacts & { readonly whose: Whose })[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** Who manages an instance id, in every service that has an instance or a claim of it, and why. */
export function explainInstance({ place, clusters, places, ...facts }: IdFacts): InstanceExplanation {
  const explained = {
    subject: 'instance' as const,
    ...facts,
    places: places.map((each) => ({
      ...each,
      whose: whoseInstance(each.attributes ?? null, each.claim, clusters),
    })),
    missingPermissions: distinctPermissions(facts.readFailures),
  };
  return { ...explained, cause: causeOf(explained, place) };
}

type Explained = Omit<InstanceExplanation, 'cause'>;

function causeOf(explained: Explained, place: Place): Cause {
  const { places, instanceId, checked } = explained;
  const wrong = places.map((each) => wrongPlace(each, place)).find((cause) => cause !== null);
  if (wrong) return wrong;
  const readFailure = readFailureCause(explained);
  if (readFailure !== null) return readFailure;
  if (places.length === 0)
    return {
      kind: 'InstanceNotFound',
      reason: `none of the ${checked.length} services checked has an instance or a claim ${instanceId}`,
      advice: `Check the id. In a service that eks-mesh-sync does not use, search it by name: ${explainCommand({ subject: { instance: instanceId, service: 'NAMESPACE/SERVICE' }, place })}`,
    };
  return {
    kind: 'InSync',
    reason: places
      .map(({ whose, serviceName }) => `${serviceName}: ${whose.kind}, ${whose.reason}`)
      .join('; '),
    advice: places.some(({ whose }) => whose.kind !== 'ours')
      ? 'Nothing: foreign instances are not changed'
      : 'Nothing',
  };
}

function wrongPlace(
  { claim, owner, attributes, whose, serviceName }: Explained['places'][number],
  place: Place,
): Cause | null {
  if (claim === undefined)
    return whose.kind !== 'ours'
      ? null
      : {
          kind: 'ClaimMissing',
          reason: `in ${serviceName} the instance is ours (${whose.reason}), but has no claim`,
          advice: `Sweep the cluster: ${invokeCommand(place, 'sweep', { cluster: whose.cluster })}`,
        };
  if (attributes === null)
    return {
      kind: 'InstanceMissing',
      reason: `in ${serviceName} ${podKeyText(claim.owner)} has a claim on it (${claim.phase}), but Cloud Map does not have it`,
      advice: `Repair it: ${resyncCommand(place, claim.owner)}`,
    };
  if (owner === 'alive' || owner === 'unreadable' || owner === undefined) return null;
  return {
    kind: 'ClaimStale',
    reason: `in ${serviceName} ${podKeyText(claim.owner)} (${owner}) has a claim on it`,
    advice: `Wait a minute. If this does not change: ${resyncCommand(place, claim.owner)}`,
  };
}
