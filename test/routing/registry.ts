import type { Manifest } from './request.ts';

/** A port of a host that the mesh knows: of a Service of Kubernetes or of a ServiceEntry. */
export interface Registered {
  readonly host: string;
  readonly port: number;
  /** What serves it, however the host is called. */
  readonly backend: string;
}

interface Spec {
  readonly hosts?: readonly string[];
  readonly ports?: readonly { readonly port?: number; readonly number?: number }[];
  readonly workloadSelector?: { readonly labels?: Readonly<Record<string, string>> };
  readonly selector?: Readonly<Record<string, string>>;
  readonly endpoints?: readonly { readonly address: string }[];
}

export function registered({ kind, metadata, spec }: Manifest): readonly Registered[] {
  if (kind !== 'Service' && kind !== 'ServiceEntry') return [];
  const { ports = [], ...of } = spec as Spec;
  const hosts = of.hosts ?? [`${metadata.name}.${metadata.namespace}.svc.cluster.local`];
  return hosts.flatMap((host) =>
    ports.map(({ port, number }) => ({
      host,
      port: port ?? number ?? 0,
      backend: backendOf(host, metadata.namespace, of),
    })),
  );
}

function backendOf(
  host: string,
  namespace: string | undefined,
  { workloadSelector, selector, endpoints }: Spec,
): string {
  const labels = selector ?? workloadSelector?.labels;
  if (labels) return podsOf(namespace, labels);
  return endpoints?.length ? endpoints.map(({ address }) => address).join() : host;
}

/** The pods of a namespace with some labels. */
export function podsOf(namespace: string | undefined, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `pods ${namespace} ${sorted.map((pair) => pair.join('=')).join()}`;
}
