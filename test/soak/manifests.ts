import { stringify } from 'yaml';

/** The Kubernetes namespace that the soak works in. */
export const kubernetesNamespace = 'soak';
export const cloudMapNamespace = 'soak.local';
export const meshName = 'soak';

/** Deployment, virtual node and pods of one version: two versions share one Cloud Map service. */
export interface Version {
  readonly name: string;
  readonly service: string;
}

export const versions: readonly Version[] = ['cart', 'orders', 'users'].flatMap((service) =>
  ['blue', 'green'].map((color) => ({ name: `${service}-${color}`, service })),
);

const apiVersion = 'appmesh.k8s.aws/v1beta2';
const metadata = (name: string) => ({ name, namespace: kubernetesNamespace });

export function virtualNode({ name, service }: Version, attributes: Readonly<Record<string, string>> = {}) {
  return {
    apiVersion,
    kind: 'VirtualNode',
    metadata: metadata(name),
    spec: {
      podSelector: { matchLabels: { version: name } },
      listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
      serviceDiscovery: {
        awsCloudMap: {
          namespaceName: cloudMapNamespace,
          serviceName: service,
          attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
        },
      },
    },
  };
}

/** Sends `blueWeight` of 100 to the blue version of a service, and the rest to the green one. One that gets nothing is no target. */
export function virtualRouter(service: string, blueWeight: number) {
  const targets = Object.entries({ blue: blueWeight, green: 100 - blueWeight })
    .filter(([, weight]) => weight > 0)
    .map(([color, weight]) => ({ virtualNodeRef: { name: `${service}-${color}` }, weight }));
  return {
    apiVersion,
    kind: 'VirtualRouter',
    metadata: metadata(service),
    spec: {
      listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
      routes: [
        {
          name: 'by-weight',
          httpRoute: {
            match: { prefix: '/' },
            action: { weightedTargets: targets },
          },
        },
      ],
    },
  };
}

export function virtualService(service: string) {
  return {
    apiVersion,
    kind: 'VirtualService',
    metadata: metadata(service),
    spec: { provider: { virtualRouter: { virtualRouterRef: { name: service } } } },
  };
}

function deployment({ name, service }: Version, replicas: number) {
  const labels = { app: service, version: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name),
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'public.ecr.aws/nginx/nginx:stable' }] },
      },
    },
  };
}

/** Everything that is there at the beginning, as `kubectl apply -f -` reads it. */
export function initialManifests(replicas: number): string {
  const labels = { mesh: meshName };
  const services = [...new Set(versions.map(({ service }) => service))];
  return asYaml([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: kubernetesNamespace, labels } },
    {
      apiVersion,
      kind: 'Mesh',
      metadata: { name: meshName },
      spec: { namespaceSelector: { matchLabels: labels } },
    },
    ...versions.map((version) => virtualNode(version)),
    ...services.map((service) => virtualRouter(service, 50)),
    ...services.map((service) => virtualService(service)),
    ...versions.map((version) => deployment(version, replicas)),
  ]);
}

export function asYaml(objects: readonly object[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}
