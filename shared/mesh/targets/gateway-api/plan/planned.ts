import { type ObjectResource, objectResourceKey } from '../../../plan/object-resource.ts';
import type { Spec } from '../../../plan/resource.ts';
import type { Action } from '../translate/rules.ts';
import { labelOf, resourceNamed } from './object-name.ts';

/** An object that is to be in the cluster. */
export interface PlannedObject {
  readonly resource: ObjectResource;
  readonly spec: Spec;
  /** Keys of the objects that it names; of others than ours, too. */
  readonly refersTo: readonly string[];
}

/**
 * A route with its permissions: to send requests to Services of other namespaces. Each of these namespaces has a virtual
 * node of the mesh for the Service, which is what permits it in App Mesh.
 */
export function withGrants(
  route: Omit<PlannedObject, 'refersTo'>,
  actions: readonly Action[],
  refersTo: readonly string[] = [],
): readonly PlannedObject[] {
  const { kind, namespace, name } = route.resource;
  const services = new Map(
    actions.flatMap(({ backends }) =>
      backends.map((each) => [`Service/${each.namespace}/${each.name}`, each] as const),
    ),
  );
  const foreign = Map.groupBy(
    [...services.values()].filter((service) => service.namespace !== namespace),
    (service) => service.namespace,
  );
  const grants = [...foreign].map(
    ([other, those]): PlannedObject => ({
      resource: resourceNamed(
        'ReferenceGrant',
        other,
        labelOf(`${kind}.${namespace}.${name}`.toLowerCase(), 253),
      ),
      spec: {
        from: [{ group: route.resource.group, kind, namespace }],
        to: those.map((service) => ({ group: '', kind: 'Service', name: service.name })),
      },
      refersTo: [],
    }),
  );
  return [
    {
      ...route,
      refersTo: [
        ...refersTo,
        ...services.keys(),
        ...grants.map(({ resource }) => objectResourceKey(resource)),
      ],
    },
    ...grants,
  ];
}
