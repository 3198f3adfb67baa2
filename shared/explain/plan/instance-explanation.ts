import { invokeCommand } from '../../model/commands/commands.ts';
import { explainCommand } from '../../model/commands/explain-command.ts';
import type { Place } from '../../model/commands/place.ts';
import { podKeyText } from '../../model/identity.ts';
import { distinctPermissions, type MissingPermission } from '../../model/permission.ts';
import type { Claim } from '../../model/records/registration.ts';
import { counted } from '../../model/text/printable.ts';
import {
  type DrainedCluster,
  type Drains,
  drainedAmong,
  drainedCause,
  notFoundCause,
} from './common/drained-cause.ts';
import { readFailureCause } from './common/read-failures.ts';
import type { Cause, Holder, InstanceFacts, ReadFailure } from './explained.ts';
import { changedByOthers } from './instance-cause.ts';
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
  /** The operation in progress for the instance that another program started. */
  readonly underWay?: InstanceFacts['underWay'];
}

export interface IdFacts {
  /** For the commands that are printed. */
  readonly place: Place;
  readonly instanceId: string;
  readonly nowMs: number;
  /** The clusters of clusters.yml. */
  readonly clusters: readonly string[];
  readonly drains: Drains;
  /** The services that were checked. */
  readonly checked: readonly string[];
  /** The services with an instance or a claim of this id. */
  readonly places: readonly PlaceFacts[];
  readonly readFailures: readonly ReadFailure[];
}

export interface InstanceExplanation extends Omit<IdFacts, 'place' | 'clusters' | 'places' | 'drains'> {
  readonly subject: 'instance';
  /** The drained clusters whose pods the instance or its claims name. */
  readonly drained: readonly DrainedCluster[];
  readonly places: readonly (PlaceFacts & { readonly whose: Whose })[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}

/** Who manages an instance id, in every service that has an instance or a claim of it, and why. */
export function explainInstance({ place, clusters, places, drains, ...facts }: IdFacts): InstanceExplanation {
  const explainedPlaces = places.map((each) => ({
    ...each,
    whose: whoseInstance(each.attributes ?? null, each.claim, clusters),
  }));
  const explained = {
    subject: 'instance' as const,
    ...facts,
    places: explainedPlaces,
    drained: drainedAmong(drains, explainedPlaces.flatMap(clustersOf)),
    missingPermissions: distinctPermissions(facts.readFailures),
  };
  return { ...explained, cause: causeOf(explained, { place, clusters, drains }) };
}

function clustersOf({ claim, whose }: { readonly claim?: Claim | undefined; readonly whose: Whose }) {
  return [claim?.owner.cluster, whose.kind === 'ours' ? whose.cluster : undefined];
}

type Explained = Omit<InstanceExplanation, 'cause'>;

function causeOf(
  explained: Explained,
  { place, clusters, drains }: Pick<IdFacts, 'place' | 'clusters' | 'drains'>,
): Cause {
  const { places, instanceId, checked } = explained;
  const wrong = places
    .map((each) => drainedPlace(each, drains, place) ?? wrongPlace(each, place))
    .find((cause) => cause !== null);
  if (wrong) return wrong;
  const readFailure = readFailureCause(explained);
  if (readFailure !== null) return readFailure;
  if (places.length === 0) {
    const cause = {
      kind: 'InstanceNotFound',
      reason: `no instance and no claim ${instanceId} in ${counted(checked.length, 'service')} checked`,
      advice: `Check the id. In a service that eks-mesh-sync does not use, search it by name: ${explainCommand({ subject: { instance: instanceId, service: 'NAMESPACE/SERVICE' }, place })}`,
    };
    return notFoundCause(cause, drains, clusters, place);
  }
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

/** An instance or a claim of a drained cluster is on its way out. */
function drainedPlace(each: Explained['places'][number], drains: Drains, place: Place): Cause | null {
  const clusters = clustersOf(each);
  const found = [...drains].find(([cluster]) => clusters.includes(cluster));
  if (found === undefined) return null;
  const cause = drainedCause(...found, place);
  return {
    ...cause,
    reason: `${cause.reason}; in ${each.serviceName} the instance is still to be deregistered`,
  };
}

function wrongPlace(
  { claim, owner, attributes, underWay, whose, serviceName }: Explained['places'][number],
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
  if (owner === 'alive' || owner === 'unreadable' || owner === undefined)
    return changedByOthers({ key: claim.owner, place }, { underWay });
  return {
    kind: 'ClaimStale',
    reason: `in ${serviceName} ${podKeyText(claim.owner)} (${owner}) has a claim on it`,
    advice: `Wait a minute. If this does not change: ${resyncCommand(place, claim.owner)}`,
  };
}
