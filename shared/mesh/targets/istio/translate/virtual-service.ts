import { awsNameOf, type Directory, type Place } from '../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../plan/entry.ts';
import { perDirectory } from '../../../plan/per-directory.ts';
import { Report } from '../../../plan/report.ts';
import { type Listened, listenersOf, namedBy, providerOf, referredTo } from '../../../routing/provider.ts';
import { namespacesOf } from './members.ts';
import { ageOf, isHost, kubernetesServiceOf, serviceHostOf, suffixed } from './names.ts';
import { rulesOfNodes } from './node/virtual-node.ts';
import type { Outcome, Wanted } from './outcome.ts';
import { byArn, type Destination, nodeDestination, weightedOf } from './route/destination.ts';
import { type HttpRoute, routedTo } from './route/http-route.ts';
import { notFound, refuseRepeated, routedBy, sidecarRoutes } from './route/router-routes.ts';
import { portOf } from './service-ports.ts';

export type Service = EntryOf<'VirtualService'>;

/**
 * A VirtualService for the sidecars; and a ServiceEntry that makes the host and its ports known, unless a Kubernetes Service
 * has the name.
 */
export function virtualServiceOutcome(
  service: Service,
  { meshName }: Place,
  directory: Directory,
  rootNamespace: string,
): Outcome {
  const report = new Report();
  const host = serviceHostOf(service);
  if (kubernetesServiceOf(host) && !awsNameOf(service).includes('.'))
    report.differ(
      'spec.awsName',
      'is known in its namespace only, and longer names of the Kubernetes Service lead to it, too',
      host,
    );
  if (!isHost(host))
    report.refuse('spec.awsName', 'is not a DNS name of several labels', 'orders.shop.svc.cluster.local');
  const exportTo = namespacesOf(directory, meshName);
  reportReserved(host, rootNamespace, report);
  const owner = firstWithHost(directory, host);
  if (owner !== service && owner)
    report.refuse(
      'spec.awsName',
      `is the name of VirtualService "${owner.id.namespace}/${owner.id.name}", too: Istio has one for each host`,
      'another name',
    );
  const { routes, nodes, further } = routesOf(service, directory, report);
  const { namespace, name } = service.id;
  const entry = kubernetesServiceOf(host) ? [] : [entryOf(service, { hosts: [host], exportTo }, directory)];
  const dependsOn = [
    ...entry.map(({ kind }) => `${kind}/${namespace}/${suffixed(name, 'virtual-service')}`),
    ...rulesOfNodes(nodes, directory),
  ];
  const rule: Wanted = {
    kind: 'VirtualService',
    namespace,
    name,
    spec: { hosts: [host], exportTo, ...routes },
    dependsOn,
  };
  return { wanted: [rule, ...entry], differences: [...report.differences, ...further] };
}

/** A name must not take requests to Istio, to the API server, or to a virtual node. */
function reportReserved(host: string, rootNamespace: string, report: Report): void {
  const { namespace, name } = kubernetesServiceOf(host) ?? {};
  const isReserved = namespace === rootNamespace || (namespace === 'default' && name === 'kubernetes');
  if (isReserved || host.endsWith('.virtual-node'))
    report.refuse('spec.awsName', 'is a host of the cluster or of Istio', 'another name');
}

/** Virtual services of all meshes share the names of one Istio: the first one created has it. */
function firstWithHost(directory: Directory, host: string): Entry | undefined {
  return byHost(directory).get(host);
}

const byHost = perDirectory((directory): ReadonlyMap<string, Entry> => {
  const services = directory.entries
    .filter((entry) => entry.id.kind === 'VirtualService' && !('reason' in directory.placeOf(entry)))
    .sort((a, b) => (ageOf(a) < ageOf(b) ? 1 : -1));
  return new Map(services.map((entry) => [serviceHostOf(entry), entry]));
});

interface Routes {
  readonly http?: readonly HttpRoute[];
  readonly tcp?: readonly object[];
}

function routesOf(service: Service, directory: Directory, report: Report) {
  const { virtualNode, virtualRouter } = service.content.spec.provider ?? {};
  const path = 'spec.provider';
  if (virtualNode?.virtualNodeARN) report.refuse(`${path}.virtualNode.virtualNodeARN`, ...byArn);
  if (virtualRouter?.virtualRouterARN) report.refuse(`${path}.virtualRouter.virtualRouterARN`, ...byArn);
  const router = referredTo(directory, 'VirtualRouter', service, virtualRouter?.virtualRouterRef);
  if (router) {
    const ofRouter = new Report(router.id);
    const routed = routedBy(directory, router, ofRouter);
    const listeners = listenersOf(directory, router);
    const routes = withNotFound(sidecarRoutes(routed, listeners, ofRouter));
    reportTcp(service, listeners, routes, report);
    const nodes = routed.flatMap(({ destinations }) => destinations.map(({ node }) => node));
    return { routes, nodes, further: ofRouter.differences };
  }
  reportInvalid(service, directory, report);
  const node = referredTo(directory, 'VirtualNode', service, virtualNode?.virtualNodeRef);
  if (node === undefined) return { routes: withNotFound({}), nodes: [], further: [] };
  const ofNode = new Report(node.id);
  refuseRepeated(node.content.spec.listeners ?? [], ofNode);
  const routes = nodeRoutes(node, directory, report);
  return { routes, nodes: [node], further: ofNode.differences };
}

/** A Kubernetes Service would take what App Mesh closes. */
function reportTcp(
  service: Service,
  listeners: readonly Listened[],
  { tcp = [] }: Routes,
  report: Report,
): void {
  const open = listeners.find(({ protocol }) => protocol === 'tcp');
  if (open && tcp.length === 0 && kubernetesServiceOf(serviceHostOf(service)))
    report.refuse(
      'spec.provider.virtualRouter.virtualRouterRef',
      `the router has no route for port ${open.port}, and Istio would lead to the Service itself`,
      'a route for the port',
    );
}

/** A provider that exists and is not valid: what it was before is not known. */
function reportInvalid(service: Service, directory: Directory, report: Report): void {
  const { virtualNode, virtualRouter } = service.content.spec.provider ?? {};
  for (const [kind, field, reference] of [
    ['VirtualNode', 'virtualNode.virtualNodeRef', virtualNode?.virtualNodeRef],
    ['VirtualRouter', 'virtualRouter.virtualRouterRef', virtualRouter?.virtualRouterRef],
  ] as const) {
    const found = namedBy(directory, kind, service, reference);
    if (found && found.content === undefined)
      report.refuse(`spec.provider.${field}`, `${kind} "${found.id.name}" is invalid`, 'a valid one');
  }
}

function withNotFound({ http = [], tcp = [] }: Routes): Routes {
  if (http.length === 0 && tcp.length === 0) return { http: [notFound] };
  return { ...(http.length > 0 && { http }), ...(tcp.length > 0 && { tcp }) };
}

/** One route for each listener of the node. */
function nodeRoutes(node: EntryOf<'VirtualNode'>, directory: Directory, report: Report): Routes {
  const at = 'spec.provider.virtualNode.virtualNodeRef';
  const reached = listenersOf(directory, node).flatMap(({ port, protocol }): [Listened, Destination][] => {
    const destination = nodeDestination(directory, node, { port, weight: 1 }, { report, at });
    return destination ? [[{ port, protocol }, destination]] : [];
  });
  if (reached.length === 0) nodeDestination(directory, node, { weight: 1 }, { report, at });
  const of = (isTcp: boolean) => reached.filter(([{ protocol }]) => (protocol === 'tcp') === isTcp);
  return withNotFound({
    http: of(false).map(([{ port }, destination]) => ({
      match: [{ port }],
      ...routedTo({}, [destination]),
    })),
    tcp: of(true).map(([{ port }, destination]) => ({ match: [{ port }], route: weightedOf([destination]) })),
  });
}

/** Without endpoints: only its routes say where requests go. */
function entryOf(service: Service, named: object, directory: Directory): Wanted {
  const provider = providerOf(directory, service);
  const ports = provider ? listenersOf(directory, provider).map((listened) => portOf(listened)) : [];
  const { namespace, name } = service.id;
  return {
    kind: 'ServiceEntry',
    namespace,
    name: suffixed(name, 'virtual-service'),
    spec: {
      ...named,
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ...(ports.length > 0 && { ports }),
    },
  };
}
