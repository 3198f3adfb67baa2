interface Metadata {
  readonly name: string;
  readonly namespace: string;
}

interface Attribute {
  readonly key: string;
  readonly value: string;
}

/** The mesh objects as `kubectl get … -o json` prints them: just the fields that the soak changes. */
export interface MeshObjects {
  readonly virtualNodes: readonly {
    readonly metadata: Metadata;
    readonly spec: {
      readonly serviceDiscovery?: { readonly awsCloudMap?: { readonly attributes?: readonly Attribute[] } };
    };
  }[];
  readonly virtualRouters: readonly {
    readonly metadata: Metadata;
    readonly spec: {
      readonly routes?: readonly {
        readonly name: string;
        readonly httpRoute?: {
          readonly action: {
            readonly weightedTargets: readonly {
              readonly virtualNodeRef: { readonly name: string };
              readonly weight: number;
            }[];
          };
        };
      }[];
    };
  }[];
  readonly virtualServices: readonly { readonly metadata: Metadata }[];
}

/** The resources as `aws appmesh list-…` and `describe-…` print them. */
export interface MeshResources {
  readonly virtualNodes: readonly {
    readonly virtualNodeName: string;
    readonly spec: {
      readonly serviceDiscovery?: { readonly awsCloudMap?: { readonly attributes?: readonly Attribute[] } };
    };
  }[];
  readonly virtualRouters: readonly { readonly virtualRouterName: string }[];
  readonly routes: readonly {
    readonly virtualRouterName: string;
    readonly routeName: string;
    readonly spec: {
      readonly httpRoute?: {
        readonly action: {
          readonly weightedTargets: readonly { readonly virtualNode: string; readonly weight: number }[];
        };
      };
    };
  }[];
  readonly virtualServices: readonly { readonly virtualServiceName: string }[];
}

export interface MeshObservation {
  readonly objects: MeshObjects;
  readonly resources: MeshResources;
}

/** By kind and name, what the soak changes in it; undefined if nothing of it is compared. */
type Contents = ReadonlyMap<string, string | undefined>;

/**
 * Compares the mesh objects of the cluster with App Mesh, by the rules of docs/mesh/mesh-resources.md and without any
 * code of the product. Answers one line a violation:
 *   mesh missing   an object without its resource
 *   mesh surplus   a resource without its object, unless it is a virtual node that a route still names
 *   mesh differs   a virtual node with other attributes, or a route with other weights
 * A router that names a virtual node which the cluster does not have is not applied: its routes are not compared.
 */
export function meshViolations({ objects, resources }: MeshObservation): readonly string[] {
  const expected = expectedContents(objects);
  const actual = actualContents(resources);
  const inUse = new Set(
    resources.routes
      .flatMap(({ spec }) => spec.httpRoute?.action.weightedTargets ?? [])
      .map(({ virtualNode }) => nodeKey(virtualNode)),
  );
  return [
    ...[...expected].flatMap(([key, content]) => wrongResource(key, content, actual)),
    ...[...actual.keys()]
      .filter((key) => !expected.has(key) && !inUse.has(key))
      .map((key) => `mesh surplus ${key}`),
  ];
}

function wrongResource(key: string, content: string | undefined, actual: Contents): readonly string[] {
  if (!actual.has(key)) return [`mesh missing ${key}`];
  if (content === undefined || content === actual.get(key)) return [];
  return [`mesh differs ${key} has ${actual.get(key)}, expected ${content}`];
}

function expectedContents({ virtualNodes, virtualRouters, virtualServices }: MeshObjects): Contents {
  const nodes = virtualNodes.map(({ metadata, spec }): [string, string] => [
    nodeKey(nameOf(metadata)),
    attributesText(spec.serviceDiscovery?.awsCloudMap?.attributes),
  ]);
  const nodeKeys = new Set(nodes.map(([key]) => key));
  const routes = virtualRouters.flatMap(({ metadata, spec }) =>
    (spec.routes ?? []).map(({ name, httpRoute }): [string, string | undefined] => {
      const targets = (httpRoute?.action.weightedTargets ?? []).map(
        ({ virtualNodeRef, weight }): [string, number] => [
          nameOf({ ...metadata, name: virtualNodeRef.name }),
          weight,
        ],
      );
      const isApplied = targets.every(([node]) => nodeKeys.has(nodeKey(node)));
      return [routeKey(nameOf(metadata), name), isApplied ? weightsText(targets) : undefined];
    }),
  );
  return new Map<string, string | undefined>([
    ...nodes,
    ...virtualRouters.map(({ metadata }): [string, undefined] => [routerKey(nameOf(metadata)), undefined]),
    ...routes,
    ...virtualServices.map(({ metadata: { name, namespace } }): [string, undefined] => [
      serviceKey(`${name}.${namespace}`),
      undefined,
    ]),
  ]);
}

function actualContents(resources: MeshResources): Contents {
  return new Map<string, string | undefined>([
    ...resources.virtualNodes.map(({ virtualNodeName, spec }): [string, string] => [
      nodeKey(virtualNodeName),
      attributesText(spec.serviceDiscovery?.awsCloudMap?.attributes),
    ]),
    ...resources.virtualRouters.map(({ virtualRouterName }): [string, undefined] => [
      routerKey(virtualRouterName),
      undefined,
    ]),
    ...resources.routes.map(({ virtualRouterName, routeName, spec }): [string, string] => [
      routeKey(virtualRouterName, routeName),
      weightsText(
        (spec.httpRoute?.action.weightedTargets ?? []).map(({ virtualNode, weight }) => [
          virtualNode,
          weight,
        ]),
      ),
    ]),
    ...resources.virtualServices.map(({ virtualServiceName }): [string, undefined] => [
      serviceKey(virtualServiceName),
      undefined,
    ]),
  ]);
}

/** The name in App Mesh of an object other than a virtual service. */
function nameOf({ name, namespace }: Metadata): string {
  return `${name}_${namespace}`;
}

const nodeKey = (name: string) => `virtual node ${name}`;
const routerKey = (name: string) => `virtual router ${name}`;
const routeKey = (router: string, name: string) => `route ${router}/${name}`;
const serviceKey = (name: string) => `virtual service ${name}`;

function attributesText(attributes: readonly Attribute[] = []): string {
  return `attributes ${attributes
    .map(({ key, value }) => `${key}=${value}`)
    .sort()
    .join(' ')}`.trim();
}

function weightsText(targets: readonly (readonly [node: string, weight: number])[]): string {
  return `weights ${targets
    .map(([node, weight]) => `${node}=${weight}`)
    .sort()
    .join(' ')}`.trim();
}
