import type { JsonObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';

/** Objects as they are once the webhooks of the App Mesh controller have seen them. */
const apiVersion = 'appmesh.k8s.aws/v1beta2';
const namespace = 'shop';
const labels = { mesh: 'orchard' };
const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];

export const aNamespace: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: namespace, labels },
};
export const aMesh: JsonObject = {
  apiVersion,
  kind: 'Mesh',
  metadata: { name: 'orchard' },
  spec: { awsName: 'orchard', namespaceSelector: { matchLabels: labels } },
};

interface Weights {
  readonly blue: number;
  readonly green: number;
}

/** Uids that the webhooks write beside names. */
export interface Uids {
  readonly mesh: string;
  readonly gateway: string;
}

/** A gateway of the mesh. */
export function aGateway({ mesh }: Pick<Uids, 'mesh'>): JsonObject {
  const spec = { listeners, namespaceSelector: { matchLabels: labels } };
  return member('VirtualGateway', 'edge', mesh, { awsName: `edge_${namespace}`, ...spec });
}

/** What else belongs to the mesh: two nodes behind a router, its service, and a route from the gateway to it. */
export function members({ mesh, gateway }: Uids, weights: Weights): readonly JsonObject[] {
  const virtualServiceRef = { name: 'color' };
  const httpRoute = { match: { prefix: '/' }, action: { target: { virtualService: { virtualServiceRef } } } };
  const virtualRouterRef = { name: 'color' };
  return [
    ...['blue', 'green'].map((version) =>
      member('VirtualNode', version, mesh, {
        awsName: `${version}_${namespace}`,
        listeners,
        podSelector: { matchLabels: { app: 'color', version } },
        serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'color' } },
      }),
    ),
    member('VirtualRouter', 'color', mesh, {
      ...{ awsName: `color_${namespace}`, listeners },
      routes: [route(weights)],
    }),
    member('VirtualService', 'color', mesh, {
      awsName: `color.${namespace}`,
      provider: { virtualRouter: { virtualRouterRef } },
    }),
    member('GatewayRoute', 'color', mesh, {
      ...{ awsName: `color_${namespace}`, httpRoute },
      virtualGatewayRef: { name: 'edge', namespace, uid: gateway },
    }),
  ];
}

function member(kind: string, name: string, meshUid: string, spec: JsonObject): JsonObject {
  const meshRef = { name: 'orchard', uid: meshUid };
  return { apiVersion, kind, metadata: { name, namespace }, spec: { meshRef, ...spec } };
}

function route(weights: Weights): JsonObject {
  const weightedTargets = Object.entries(weights).map(([name, weight]) => ({
    virtualNodeRef: { name },
    weight,
  }));
  return { name: 'color', httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
}

/** Pods of a virtual node. */
export function deployment(version: string, replicas: number): JsonObject {
  const podLabels = { app: 'color', version };
  const containers = [{ name: 'app', image: 'app' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: version, namespace },
    spec: {
      replicas,
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: { containers } },
    },
  };
}
