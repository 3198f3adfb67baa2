import * as z from 'zod';
import type { ClusterObject } from './kubernetes.ts';

const expression = z.object({
  key: z.string().min(1),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).nullish(),
});

/** A metav1.LabelSelector. */
export const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(expression).nullish(),
});
export type LabelSelector = z.output<typeof labelSelector>;

/** Cloud Map's AttrKey and AttrValue (its service model), and its ServiceName and namespace names. */
const attributeKey = z
  .string()
  .regex(/^[!-~]{1,255}$/, 'expected 1 to 255 printable ASCII characters without spaces');
const attributeValue = z
  .string()
  .max(1024)
  .regex(/^([!-~][ \t!-~]*)?$/, 'expected printable ASCII that does not begin with a space');
export const cloudMapServiceName = z
  .string()
  .max(127)
  .regex(
    /^(\w[\w-]{0,61}\w|[a-zA-Z0-9])(\.(\w[\w-]{0,61}\w|[a-zA-Z0-9]))*$/,
    'expected a Cloud Map service name: labels of up to 63 letters, digits, _ and -, parted by dots',
  );
export const cloudMapNamespaceName = z
  .string()
  .regex(/^(?!arn:)[!-~]{1,1024}$/, 'expected a Cloud Map namespace name: printable ASCII without spaces');

const awsCloudMap = z.object({
  namespaceName: cloudMapNamespaceName,
  serviceName: cloudMapServiceName,
  attributes: z.array(z.object({ key: attributeKey, value: attributeValue })).nullish(),
});

/** The part of a VirtualNode's spec by which pods are registered; everything else of it is the mesh target's. */
const virtualNodeSpec = z.object({
  awsName: z.string().nullish(),
  podSelector: labelSelector.nullish(),
  meshRef: z.object({ name: z.string() }).nullish(),
  listeners: z.array(z.object({ portMapping: z.object({ port: z.int().min(1).max(65535) }) })).nullish(),
  serviceDiscovery: z.object({ awsCloudMap: awsCloudMap.nullish() }).nullish(),
});
type VirtualNodeSpec = z.output<typeof virtualNodeSpec>;

const meshSpec = z.object({
  awsName: z.string().nullish(),
  namespaceSelector: labelSelector.nullish(),
  meshServiceDiscovery: z
    .object({
      ipPreference: z.enum(['IPv4_ONLY', 'IPv6_ONLY', 'IPv4_PREFERRED', 'IPv6_PREFERRED']).nullish(),
    })
    .nullish(),
});
type MeshSpec = z.output<typeof meshSpec>;

export interface VirtualNode {
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: string;
  readonly spec: VirtualNodeSpec;
}

export interface Mesh {
  readonly name: string;
  readonly spec: MeshSpec;
}

/** Throws a ZodError whose paths begin at the object's `spec`. */
export function virtualNodeOf(object: ClusterObject): VirtualNode {
  const { spec } = z.object({ spec: virtualNodeSpec }).parse({ spec: object.spec ?? {} });
  const { namespace, name, creationTimestamp } = object.metadata;
  return { namespace: namespace ?? '', name, createdAt: creationTimestamp, spec };
}

/** Throws a ZodError whose paths begin at the object's `spec`. */
export function meshOf(object: ClusterObject): Mesh {
  const { spec } = z.object({ spec: meshSpec }).parse({ spec: object.spec ?? {} });
  return { name: object.metadata.name, spec };
}
