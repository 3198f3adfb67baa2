import type { ClusterObject, ObjectMeta, PodObject } from '../../shared/model/kubernetes.ts';
import { anObject, aPodObject } from '../fakes/objects.ts';

/** A list, or a map, of so many. */
export const list = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));
export const map = (count: number, prefix = 'l'): Record<string, string> =>
  Object.fromEntries(list(count, (index) => [`${prefix}${index}`, '']));

const pod = (metadata: Partial<ObjectMeta>, parts: Partial<Pick<PodObject, 'spec' | 'status'>> = {}) =>
  aPodObject({
    metadata: { ...metadata, labels: { app: 'front', ...metadata.labels } },
    ...(parts.spec && { spec: parts.spec }),
    ...(parts.status && { status: parts.status }),
  });

const annotated = (service: string) => ({
  'eks-mesh-sync/cloud-map-namespace': 'shop.local',
  'eks-mesh-sync/cloud-map-service': service,
});

/** What a pod's author can make large, by how many of it there are. */
export const pods: Readonly<Record<string, (count: number) => PodObject>> = {
  labels: (count) => pod({ labels: map(count) }),
  'labels of names that Cloud Map acts on': (count) => pod({ labels: map(count, 'AWS_') }),
  'labels that identify': (count) => pod({ labels: map(count, 'app.kubernetes.io/') }),
  'annotations that nobody knows': (count) => pod({ annotations: map(count, 'eks-mesh-sync/a') }),
  'a service name': (count) => pod({ annotations: annotated('a'.repeat(10 * count)) }),
  'a service name of labels': (count) => pod({ annotations: annotated(`${'a.'.repeat(5 * count)}!`) }),
  'a namespace name': (count) =>
    pod({ annotations: { 'eks-mesh-sync/cloud-map-namespace': 'a'.repeat(10 * count) } }),
  'a port': (count) =>
    pod({ annotations: { ...annotated('front'), 'eks-mesh-sync/port': '1'.repeat(10 * count) } }),
  'readiness gates': (count) =>
    pod(
      {},
      {
        spec: { readinessGates: list(count, (index) => ({ conditionType: `example.com/${index}` })) },
        status: {
          phase: 'Running',
          podIPs: [{ ip: '10.0.0.1' }],
          conditions: [
            { type: 'ContainersReady', status: 'True' },
            ...list(count, (index) => ({ type: `example.com/${index}`, status: 'True' })),
          ],
        },
      },
    ),
  addresses: (count) =>
    pod(
      {},
      { status: { phase: 'Running', podIPs: list(count, (index) => ({ ip: `fd00::${index % 9999}` })) } },
    ),
};

const cloudMap = (attributes: unknown) => ({
  awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front', attributes },
});
const node = (spec: Record<string, unknown>) =>
  anObject('VirtualNode', {
    podSelector: { matchLabels: { app: 'front' } },
    serviceDiscovery: cloudMap(undefined),
    ...spec,
  });
const backend = (name: string) => ({ virtualService: { virtualServiceRef: { name } } });
const target = { virtualNodeRef: { name: 'front' }, weight: 1 };
const route = (index: number, match: object = { prefix: '/' }) => ({
  name: `route-${index}`,
  httpRoute: { match, action: { weightedTargets: [target] } },
});
const router = (routes: unknown) => anObject('VirtualRouter', { routes });
const namedMatches = (count: number) =>
  list(count, (index) => ({ name: `h${index}`, match: { exact: 'a' } }));

/** Likewise, of an object's author. */
export const objects: Readonly<Record<string, (count: number) => ClusterObject>> = {
  attributes: (count) =>
    node({ serviceDiscovery: cloudMap(list(count, (index) => ({ key: `k${index}`, value: 'v' }))) }),
  'attributes at fault': (count) =>
    node({ serviceDiscovery: cloudMap(list(count, () => ({ key: '', value: '\n' }))) }),
  'an attribute': (count) =>
    node({
      serviceDiscovery: cloudMap([{ key: 'k'.repeat(5 * count), value: `${' '.repeat(5 * count)}\n` }]),
    }),
  listeners: (count) =>
    node({ listeners: list(count, () => ({ portMapping: { port: 80, protocol: 'http' } })) }),
  'listeners at fault': (count) => node({ listeners: list(count, () => ({})) }),
  matchLabels: (count) => node({ podSelector: { matchLabels: map(count) } }),
  matchExpressions: (count) =>
    node({
      podSelector: { matchExpressions: list(count, () => ({ key: 'none', operator: 'DoesNotExist' })) },
    }),
  'values of matchExpressions': (count) =>
    node({
      podSelector: {
        matchExpressions: [{ key: 'app', operator: 'In', values: list(count, (index) => `v${index}`) }],
      },
    }),
  'expressions at fault': (count) => node({ podSelector: { matchExpressions: list(count, () => ({})) } }),
  backends: (count) => node({ backends: list(count, (index) => backend(`s${index}`)) }),
  'the same backend over and over': (count) => node({ backends: list(count, () => backend('s')) }),
  'backend groups': (count) => node({ backendGroups: list(count, (index) => ({ name: `g${index}` })) }),
  'unknown fields': (count) => node(map(count)),
  'awsName of a node': (count) => node({ awsName: `${'.'.repeat(10 * count)}/` }),
  routes: (count) => router(list(count, (index) => route(index))),
  'routes of one name': (count) => router(list(count, () => route(1))),
  'routes at fault': (count) => router(list(count, () => ({}))),
  'headers of a route': (count) => router([route(1, { prefix: '/', headers: namedMatches(count) })]),
  'virtual services of a group': (count) =>
    anObject('BackendGroup', { virtualservices: list(count, (index) => ({ name: `s${index}` })) }),
  'a selector of a mesh': (count) => anObject('Mesh', { namespaceSelector: { matchLabels: map(count) } }),
  'labels of a namespace': (count) => anObject('Namespace', undefined, { name: 'shop', labels: map(count) }),
  'a prefix': (count) => router([route(1, { prefix: '/'.repeat(10 * count) })]),
  'listeners of a gateway': (count) =>
    anObject('VirtualGateway', {
      listeners: list(count, () => ({ portMapping: { port: 80, protocol: 'http' } })),
    }),
  'query parameters of a gateway route': (count) =>
    anObject('GatewayRoute', {
      httpRoute: {
        match: { prefix: '/', queryParameters: namedMatches(count) },
        action: { target: { virtualService: { virtualServiceRef: { name: 's' } } } },
      },
    }),
};
