import * as z from 'zod';
import type { ClusterObject } from './kubernetes.ts';
import {
  attributeKey,
  attributeValue,
  cloudMapNamespaceName,
  cloudMapServiceName,
} from './mesh/cloud-map-names.ts';
import { ipPreference } from './mesh/ip-preference.ts';
import { labelSelector } from './mesh/label-selector.ts';

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
  meshServiceDiscovery: z.object({ ipPreference: ipPreference.nullish() }).nullish(),
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
