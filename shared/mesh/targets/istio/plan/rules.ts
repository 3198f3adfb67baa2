import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import { istioConfigOf } from '../../../../model/config/mesh-targets.ts';
import type { MeshClaim } from '../../../../model/records/mesh-claim.ts';
import type { Directory, Place } from '../../../plan/directory.ts';
import type { ValidEntry } from '../../../plan/entry.ts';
import { type ObjectResource, objectResourceKey } from '../../../plan/object-resource.ts';
import { perObject } from '../../../plan/per-directory.ts';
import type { Resolver } from '../../../plan/references/resolver.ts';
import type { TargetRules } from '../../../plan/target-rules.ts';
import type { Wanted } from '../translate/outcome.ts';
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
  const missingIn = remembered(missingReferences);
  return {
    title: 'Istio',
    name: 'istio',
    claimant: `${cluster.name}#istio`,
    requestsOf: (entry, place, directory) =>
      outcomeIn(entry, place, directory).wanted.map((wanted) =>
        requestOf(wanted, (references) => {
          if (missingIn(entry, place, directory).length > 0) resolveReferences(entry, directory, references);
        }),
      ),
    differencesOf: (entry, place, directory) => outcomeIn(entry, place, directory).differences,
    // Which nodes a policy leads to is not known then.
    isUndecided: (entry, place, directory) => missingIn(entry, place, directory).length > 0,
    nameOf: ({ kind, namespace, name }) => `${kind} "${namespace}/${name}" of Istio`,
  };
}

function requestOf(wanted: Wanted, reportMissing: (references: Resolver) => void) {
  const resource = resourceOf(wanted);
  const { spec, dependsOn = [] } = wanted;
  return {
    key: objectResourceKey(resource),
    resource,
    translate: (references: Resolver) => {
      reportMissing(references);
      return { spec: { spec }, dependsOn };
    },
  };
}

type Of<T> = (entry: ValidEntry, place: Place, directory: Directory) => T;

/** A plan asks several times for each object. */
function remembered<T extends object>(make: Of<T>): Of<T> {
  const once = perObject<ValidEntry, T>();
  return (entry, place, directory) => once(directory, entry, () => make(entry, place, directory));
}
