import type { Aws, Kubectl } from '../end-to-end/harness/clients.ts';
import type { MeshObjects, MeshObservation, MeshResources } from './check-mesh.ts';
import { kubernetesNamespace, meshName } from './manifests.ts';

/** What a list of App Mesh has of each resource. */
interface Listed {
  readonly arn: string;
  readonly version: number;
  readonly lastUpdatedAt: string;
}

type ListedNode = Listed & { readonly virtualNodeName: string };
type ListedRoute = Listed & { readonly virtualRouterName: string; readonly routeName: string };

/** The mesh objects by kubectl, and the resources by `aws appmesh`. */
export class MeshObserver {
  readonly #kubectl: Kubectl;
  readonly #aws: Aws;
  /** By ARN, the last version that was described: each process of `aws` costs half a second of CPU time. */
  readonly #described = new Map<string, { readonly version: string; readonly description: unknown }>();

  constructor(kubectl: Kubectl, aws: Aws) {
    this.#kubectl = kubectl;
    this.#aws = aws;
  }

  async observe(): Promise<MeshObservation> {
    return { objects: await this.#objects(), resources: await this.#resources() };
  }

  async #objects(): Promise<MeshObjects> {
    const kinds = 'virtualnodes,virtualrouters,virtualservices';
    const text = await this.#kubectl(['get', kinds, '-n', kubernetesNamespace, '-o', 'json']);
    const { items } = JSON.parse(text) as { items: readonly { readonly kind: string }[] };
    const of = <Item>(kind: string) => items.filter((item) => item.kind === kind) as unknown as Item[];
    return {
      virtualNodes: of('VirtualNode'),
      virtualRouters: of('VirtualRouter'),
      virtualServices: of('VirtualService'),
    };
  }

  async #resources(): Promise<MeshResources> {
    const [nodes, virtualRouters, virtualServices] = await Promise.all([
      this.#list<ListedNode>('virtual-nodes', 'virtualNodes'),
      this.#list<MeshResources['virtualRouters'][number]>('virtual-routers', 'virtualRouters'),
      this.#list<MeshResources['virtualServices'][number]>('virtual-services', 'virtualServices'),
    ]);
    const routes = await Promise.all(
      virtualRouters.map(({ virtualRouterName }) =>
        this.#list<ListedRoute>('routes', 'routes', '--virtual-router-name', virtualRouterName),
      ),
    );
    const describedNodes = nodes.map((node) =>
      this.#describe<MeshResources['virtualNodes'][number]>(node, 'virtual-node', 'virtualNode', [
        ...['--virtual-node-name', node.virtualNodeName],
      ]),
    );
    const describedRoutes = routes
      .flat()
      .map((route) =>
        this.#describe<MeshResources['routes'][number]>(route, 'route', 'route', [
          ...['--virtual-router-name', route.virtualRouterName, '--route-name', route.routeName],
        ]),
      );
    return {
      virtualNodes: (await Promise.all(describedNodes)).flat(),
      virtualRouters,
      routes: (await Promise.all(describedRoutes)).flat(),
      virtualServices,
    };
  }

  async #list<Item>(kind: string, member: string, ...args: readonly string[]): Promise<readonly Item[]> {
    const answer = await this.#ifFound(`list-${kind}`, ...args);
    return (answer?.[member] ?? []) as readonly Item[];
  }

  /** As described when it had this version; nothing if it was deleted after it was listed. */
  async #describe<Item>(
    { arn, version, lastUpdatedAt }: Listed,
    kind: string,
    member: string,
    args: readonly string[],
  ): Promise<readonly Item[]> {
    const listedVersion = `${version} ${lastUpdatedAt}`;
    const known = this.#described.get(arn);
    if (known?.version === listedVersion) return [known.description as Item];
    const answer = await this.#ifFound(`describe-${kind}`, ...args);
    if (answer === undefined) return [];
    this.#described.set(arn, { version: listedVersion, description: answer[member] });
    return [answer[member] as Item];
  }

  async #ifFound(
    operation: string,
    ...args: readonly string[]
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const answer = await this.#aws('appmesh', operation, '--mesh-name', meshName, ...args);
      return answer as Readonly<Record<string, unknown>>;
    } catch (error) {
      if ((error as Error).message.includes('(NotFoundException)')) return undefined;
      throw error;
    }
  }
}
