import * as z from 'zod';

const labels = z.record(z.string(), z.string());

/** What a scenario says of an object; `apply` on an existing one changes just what it names. */
export const descriptions = {
  pod: z.strictObject({
    /** `app: front` for a pod called front-1, unless given. */
    labels: labels.optional(),
    /** `none`, one, or one a family. */
    ip: z.union([z.string(), z.array(z.string())]).optional(),
    ready: z.boolean().optional(),
    terminating: z.boolean().optional(),
    phase: z.string().optional(),
    hostNetwork: z.boolean().optional(),
    /** Without their prefix. */
    annotations: labels.optional(),
    /** Readiness gates and their conditions' status; null where there is no such condition. */
    gates: z.record(z.string(), z.string().nullable()).optional(),
    /** Kubernetes set Ready to False, as the node does not answer: all other conditions stay, and Ready has no reason. */
    nodeLost: z.boolean().optional(),
    node: z
      .object({ name: z.string(), region: z.string().optional(), zone: z.string().optional() })
      .optional(),
  }),
  virtualnode: z.strictObject({
    /** `app: front` for a virtual node called front, unless given; null for no selector. */
    selects: labels.nullable().optional(),
    /** `shop.local/front` for one called front, unless given; null for one that does not discover by Cloud Map. */
    service: z.string().nullable().optional(),
    attributes: labels.optional(),
    port: z.number().optional(),
    /** Further fields of the spec, or other values, as the API server would show them. */
    spec: z.record(z.string(), z.unknown()).optional(),
  }),
  mesh: z.strictObject({ spec: z.record(z.string(), z.unknown()).optional() }),
  namespace: z.strictObject({ labels: labels.optional() }),
};
export type Kind = keyof typeof descriptions;
export type PodDescription = z.output<typeof descriptions.pod>;
export type NodeDescription = z.output<typeof descriptions.virtualnode>;

/** An object of the cluster: what Kubernetes knows of it, and its description. */
export interface Thing {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: string;
  readonly resourceVersion: number;
  readonly description: unknown;
}

export const kubernetesKinds = {
  pod: 'Pod',
  virtualnode: 'VirtualNode',
  mesh: 'Mesh',
  namespace: 'Namespace',
} as const;

export function referenceOf({
  kind,
  namespace = '',
  name,
}: {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  return [kind.toLowerCase(), ...(['', 'shop'].includes(namespace) ? [] : [namespace]), name].join('/');
}

/** `pod/front-1` (in namespace shop), `pod/blue/front-1`, `mesh/shop`. */
export function parseReference(reference: string): Pick<Thing, 'kind' | 'namespace' | 'name'> {
  const parts = reference.split('/');
  const kind = z.enum(['pod', 'virtualnode', 'mesh', 'namespace']).parse(parts[0]);
  const name = parts.at(-1) ?? '';
  const isNamespaced = kind === 'pod' || kind === 'virtualnode';
  return { kind, namespace: isNamespaced ? (parts.length === 3 ? parts[1] : 'shop') : undefined, name };
}
