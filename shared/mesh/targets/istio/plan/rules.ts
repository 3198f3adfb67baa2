import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import { istioConfigOf } from '../../../../model/config/mesh-targets.ts';
import type { MeshClaim } from '../../../../model/records/mesh-claim.ts';
import type { Directory, Place } from '../../../plan/directory.ts';
import type { ValidEntry } from '../../../plan/entry.ts';
import { type ObjectResource, objectResourceKey } from '../../../plan/object-resource.ts';
import type { TargetRules } from '../../../plan/target-rules.ts';
import type { Outcome, Wanted } from '../translate/outcome.ts';
import { resourceOf } from './kinds.ts';
import { outcomeOf } from './outcome-of.ts';
import { missingReferences, resolveReferences } from './references.ts';

export type IstioClaim = MeshClaim & { readonly resource: ObjectResource };

/** Istio in the cluster as its mesh target: objects that say to Istio what the mesh objects said to App Mesh. */
export function istioRules(cluster: ClusterConfig): TargetRules<IstioClaim> {
  const { rootNamespace } = istioConfigOf(cluster);
  const outcomeIn = remembered((entry, place, directory) =>
    outcomeOf(entry, place, directory, rootNamespace),
  );
  return {
    title: 'Istio',
    name: 'istio',
    claimant: `${cluster.name}#istio`,
    requestsOf: (entry, place, directory) =>
      outcomeIn(entry, place, directory).wanted.map((wanted) => requestOf(wanted, entry, directory)),
    differencesOf: (entry, place, directory) => outcomeIn(entry, place, directory).differences,
    // Which nodes a policy leads to is not known then.
    isUndecided: (entry, place, directory) => missingReferences(entry, place, directory).length > 0,
    nameOf: ({ kind, namespace, name }) => `${kind} "${namespace}/${name}" of Istio`,
  };
}

function requestOf(wanted: Wanted, entry: ValidEntry, directory: Directory) {
  const resource = resourceOf(wanted);
  const { spec, dependsOn = [] } = wanted;
  return {
    key: objectResourceKey(resource),
    resource,
    translate: (references: Parameters<typeof resolveReferences>[2]) => {
      resolveReferences(entry, directory, references);
      return { spec: { spec }, dependsOn };
    },
  };
}

type OutcomeIn = (entry: ValidEntry, place: Place, directory: Directory) => Outcome;

/** A plan asks twice for each object. */
function remembered(make: OutcomeIn): OutcomeIn {
  const known = new WeakMap<Directory, Map<ValidEntry, Outcome>>();
  return (entry, place, directory) => {
    const of = known.get(directory) ?? new Map<ValidEntry, Outcome>();
    known.set(directory, of);
    const outcome = of.get(entry) ?? make(entry, place, directory);
    of.set(entry, outcome);
    return outcome;
  };
}
