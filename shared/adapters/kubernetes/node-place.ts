import type { NodePlace, ObjectMeta } from '../../model/kubernetes.ts';

const regionLabel = 'topology.kubernetes.io/region';
const zoneLabel = 'topology.kubernetes.io/zone';

/** Where a node is, according to its well-known labels. */
export function nodePlaceOf({ metadata: { name, labels } }: { readonly metadata: ObjectMeta }): NodePlace {
  return { name, region: labels?.[regionLabel], zone: labels?.[zoneLabel] };
}
