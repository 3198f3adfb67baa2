import * as z from 'zod/mini';
import type { ClusterObject } from './kubernetes.ts';
import {
  attributeKey,
  attributeValue,
  cloudMapNamespaceName,
  cloudMapServiceName,
} from './mesh/cloud-map-names.ts';
import { ipPreference } from './mesh/ip-preference.ts';
import { labelSelector } from './mesh/label-selector.ts';
import { checkAttributes } from './mesh/own-attributes.ts';

const ownAttribute = z.object({ key: attributeKey, value: attributeValue });

const awsCloudMap = z.object({
  namespaceName: cloudMapNamespaceName,
  serviceName: cloudMapServiceName,
  attributes: z.nullish(z.array(ownAttribute)),
});

/** The part of a VirtualNode's spec that registrations depend on; the rest concerns only the mesh target. */
const virtualNodeSpec = z.object({
  awsName: z.nullish(z.string()),
  podSelector: z.nullish(labelSelector),
  meshRef: z.nullish(z.object({ name: z.string() })),
  listeners: z.nullish(
    z.array(z.object({ portMapping: z.object({ port: z.int().check(z.minimum(1), z.maximum(65535)) }) })),
  ),
  serviceDiscovery: z.nullish(z.object({ awsCloudMap: z.nullish(awsCloudMap) })),
});
type VirtualNodeSpec = z.output<typeof virtualNodeSpec>;

const checkedSpec = z.object({
  ...virtualNodeSpec.shape,
  serviceDiscovery: z.nullish(
    z.object({
      awsCloudMap: z.nullish(
        z.object({
          ...awsCloudMap.shape,
          attributes: z.nullish(z.array(ownAttribute).check(z.superRefine(checkAttributes))),
        }),
      ),
    }),
  ),
});

const meshSpec = z.object({
  awsName: z.nullish(z.string()),
  namespaceSelector: z.nullish(labelSelector),
  meshServiceDiscovery: z.nullish(z.object({ ipPreference: z.nullish(ipPreference) })),
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

/**
 * Validates an object from the cluster. Stored objects were validated by the version that stored them and stay in effect
 * if a later version is stricter.
 */
export function checkVirtualNode(object: ClusterObject): void {
  z.object({ spec: checkedSpec }).parse({ spec: object.spec ?? {} });
}

/** Throws a ZodError whose paths begin at the object's `spec`. */
export function meshOf(object: ClusterObject): Mesh {
  const { spec } = z.object({ spec: meshSpec }).parse({ spec: object.spec ?? {} });
  return { name: object.metadata.name, spec };
}

export function discoversThroughCloudMap({ spec }: VirtualNode): boolean {
  return Boolean(spec.serviceDiscovery?.awsCloudMap);
}
