import type { ObjectClaim } from '../../../shared/mesh/objects-target/plan/object-claim.ts';
import type { Place } from '../../../shared/mesh/plan/directory.ts';
import type { Entry, ValidEntry } from '../../../shared/mesh/plan/entry.ts';
import { type ObjectResource, objectResourceKey } from '../../../shared/mesh/plan/object-resource.ts';
import type { ResourceRequest } from '../../../shared/mesh/plan/resource.ts';
import type { TargetRules } from '../../../shared/mesh/plan/target-rules.ts';
import { resolveIn } from '../targets/small-target.ts';

export const versions = { VirtualService: ['v1', 'v1beta1'], ServiceEntry: ['v1'] };

/** One object for each mesh object that is no Mesh: of a virtual node a ServiceEntry, of the others a VirtualService. */
export const objectRules: TargetRules<ObjectClaim> = {
  name: 'istio',
  title: 'Istio',
  claimant: 'local#istio',
  requestsOf: (entry, place) => (entry.id.kind === 'Mesh' ? [] : [requestFor(entry, place)]),
  nameOf: ({ kind, namespace, name }) => `the ${kind} ${namespace}/${name}`,
};

function requestFor(entry: ValidEntry, _: Place): ResourceRequest<ObjectResource> {
  const resource = resourceOf(entry);
  return {
    key: objectResourceKey(resource),
    resource,
    translate: (references) => {
      resolveIn(entry, references);
      return {
        spec: { spec: { hosts: [entry.id.name], of: entry.content.spec } },
        dependsOn: [...references.referred].map((each) => objectResourceKey(resourceOf(each))),
      };
    },
  };
}

/** By `spec.awsName`, if there is one, so that a name can pass from one object to another. */
function resourceOf({ id: { kind, namespace, name }, awsName }: Entry): ObjectResource {
  const own = kind === 'VirtualNode' ? 'ServiceEntry' : 'VirtualService';
  const suffix = kind === 'VirtualRouter' ? '-router' : '';
  return { group: 'networking.istio.io', kind: own, namespace, name: awsName ?? `${name}${suffix}` };
}
