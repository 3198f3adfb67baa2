import type { NodePlace, ObjectMeta } from '../../model/kubernetes.ts';

const regionLabel = 'topology.kubernetes.io/region';
const zoneLabel = 'topology.kubernetes.io/zone';

/** Where a node is, according to its well-known labels at this version of it. */
export function nodePlaceOf({ metadata }: { readonly metadata: ObjectMeta }): NodePlace {
  const { name, labels, resourceVersion } = metadata;
  return { name, region: labels?.[regionLabel], zone: labels?.[zoneLabel], resourceVersion };
}
