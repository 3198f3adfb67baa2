import type { MeshKind } from '../../model/kubernetes.ts';
import { meshOfNamespace } from '../../pods/plan/desired/membership.ts';
import { selects } from '../../pods/plan/desired/selector.ts';
import { type Entry, isOfKind, type Membership } from './entry.ts';
import type { ObjectReference } from './references/resolver.ts';

/** Either the result, or the reason why there is none. */
export type Found<T> = T | { readonly reason: string };

/** Where an object belongs. */
export interface Place {
  /** Its Mesh; of a Mesh, itself. */
  readonly mesh: Entry;
  readonly meshName: string;
  /** Only of a GatewayRoute. */
  readonly gateway?: Entry | undefined;
}

/** All mesh objects of a cluster: which mesh and gateway each belongs to, and its name there. */
export class Directory {
  readonly entries: readonly Entry[];
  private readonly byName: ReadonlyMap<string, Entry>;
  private readonly byKind: ReadonlyMap<string, readonly Entry[]>;
  private readonly namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  private readonly meshes: readonly {
    readonly entry: Entry;
    readonly name: string;
    readonly spec: Membership;
  }[];
  private readonly gateways: readonly { readonly entry: Entry; readonly spec: Membership }[];
  private readonly places = new Map<Entry, Found<Place>>();
  private readonly services = new Map<string, ReadonlySet<string>>();

  constructor(
    entries: readonly Entry[],
    namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>,
  ) {
    this.entries = entries;
    this.namespaceLabels = namespaceLabels;
    this.byName = new Map(entries.map((entry) => [keyOf(entry.id.kind, entry.id), entry]));
    this.byKind = Map.groupBy(entries, ({ id }) => `${id.kind} ${id.namespace}`);
    this.meshes = validOfKind(entries, 'Mesh');
    this.gateways = validOfKind(entries, 'VirtualGateway');
  }

  find(kind: MeshKind, reference: { readonly namespace: string; readonly name: string }): Entry | undefined {
    return this.byName.get(keyOf(kind, reference));
  }

  /** Resolves `*`: the names of all virtual services of a namespace that are in the mesh. */
  servicesOf(namespace: string, meshName: string): ReadonlySet<string> {
    const key = `${namespace}/${meshName}`;
    const known = this.services.get(key);
    if (known !== undefined) return known;
    const those = (this.byKind.get(`VirtualService ${namespace}`) ?? []).filter(
      (entry) => this.meshNameOf(entry) === meshName,
    );
    const names = new Set(those.map(awsNameOf));
    this.services.set(key, names);
    return names;
  }

  /** The mesh and gateway of an object, or why it has none. */
  placeOf(entry: Entry): Found<Place> {
    const known = this.places.get(entry);
    if (known !== undefined) return known;
    const found = this.findPlace(entry);
    this.places.set(entry, found);
    return found;
  }

  /** undefined: of none. */
  meshNameOf(entry: Entry): string | undefined {
    const place = this.placeOf(entry);
    return 'reason' in place ? undefined : place.meshName;
  }

  private findPlace(entry: Entry): Found<Place> {
    if (entry.id.kind === 'Mesh') return { mesh: entry, meshName: awsNameOf(entry) };
    const mesh = this.meshOf(entry);
    if ('reason' in mesh) return mesh;
    const place = { mesh, meshName: awsNameOf(mesh) };
    if (entry.id.kind !== 'GatewayRoute') return place;
    const gateway = this.gatewayOf(entry, place.meshName);
    return 'reason' in gateway ? gateway : { ...place, gateway };
  }

  /** The Mesh that an object belongs to or is, if that Mesh is being deleted. */
  terminatingMeshOf(entry: Entry): Entry | undefined {
    const mesh = entry.id.kind === 'Mesh' ? entry : this.meshOf(entry);
    return 'reason' in mesh || !mesh.isTerminating ? undefined : mesh;
  }

  /** No mesh is chosen before the namespace's labels are known: a selector may require that a label is absent. */
  private meshOf({ id: { namespace }, meshRef }: Entry): Found<Entry> {
    const labels = this.namespaceLabels.get(namespace);
    if (labels === undefined) return { reason: `namespace "${namespace}" has not been observed yet` };
    const found = meshOfNamespace({ name: namespace, labels }, this.meshes, meshRef);
    if ('reason' in found) return found;
    return (
      this.meshes.find(({ name }) => name === found.mesh.name)?.entry ?? {
        reason: `Mesh "${found.mesh.name}" not found`,
      }
    );
  }

  /**
   * The gateway whose namespaceSelector selects a gateway route's namespace and whose gatewayRouteSelector, if any, selects
   * its labels; if several do, the one the route names. Otherwise exactly one must, as with the old controller. A reference
   * alone is not enough: else any namespace could put a route in front of another's.
   */
  private gatewayOf(route: Entry, meshName: string): Found<Entry> {
    const { namespace } = route.id;
    const labels = this.namespaceLabels.get(namespace) ?? {};
    const matching = this.gateways.filter(
      ({ entry, spec: { namespaceSelector, gatewayRouteSelector } }) =>
        this.meshNameOf(entry) === meshName &&
        selects(namespaceSelector, labels) &&
        (!gatewayRouteSelector || selects(gatewayRouteSelector, route.labels)),
    );
    const reference = isOfKind(route, 'GatewayRoute') ? route.content.spec.virtualGatewayRef : undefined;
    if (reference)
      return this.namedGateway(
        matching.map(({ entry }) => entry),
        route,
        { ...reference, meshName },
      );
    const [gateway] = matching;
    if (gateway !== undefined && matching.length === 1) return gateway.entry;
    const names = matching.map(({ entry: { id } }) => `${id.namespace}/${id.name}`).sort();
    return {
      reason:
        names.length === 0
          ? `no VirtualGateway of mesh "${meshName}" selects this object: expected one whose namespaceSelector selects namespace ${namespace} and whose gatewayRouteSelector, if any, selects its labels`
          : `${names.length} VirtualGateways select this object: ${names.join(', ')}; expected exactly one`,
    };
  }

  private namedGateway(
    matching: readonly Entry[],
    route: Entry,
    { name, namespace, meshName }: ObjectReference & { readonly meshName: string },
  ): Found<Entry> {
    const place = { namespace: namespace ?? route.id.namespace, name };
    const gateway = this.find('VirtualGateway', place);
    if (gateway !== undefined && matching.includes(gateway)) return gateway;
    const words = `VirtualGateway "${place.namespace}/${name}"`;
    return {
      reason:
        gateway === undefined
          ? `spec.virtualGatewayRef: ${words} not found`
          : `spec.virtualGatewayRef: ${words} does not select this object: expected one of mesh "${meshName}" whose namespaceSelector selects namespace ${route.id.namespace} and whose gatewayRouteSelector, if any, selects its labels`,
    };
  }
}

/** The objects of a kind that others belong to and whose selectors are valid, even if other parts of their spec are not. */
function validOfKind(entries: readonly Entry[], kind: MeshKind) {
  return entries.flatMap((entry) =>
    entry.id.kind === kind && entry.membership !== undefined
      ? [{ entry, name: entry.id.name, spec: entry.membership }]
      : [],
  );
}

/** The name in the mesh, as the old controller chose it: `spec.awsName`, or one derived from the object's name. */
export function awsNameOf({ id, awsName }: Entry): string {
  return awsName ?? defaultAwsName(id);
}

export function defaultAwsName({ kind, namespace, name }: Entry['id']): string {
  if (kind === 'Mesh') return name;
  return kind === 'VirtualService' ? `${name}.${namespace}` : `${name}_${namespace}`;
}

function keyOf(
  kind: MeshKind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string {
  return `${kind} ${namespace}/${name}`;
}
