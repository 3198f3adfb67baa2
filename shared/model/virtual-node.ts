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
import { checkAttributes } from './mesh/own-attributes.ts';

const ownAttribute = z.object({ key: attributeKey, value: attributeValue });

const awsCloudMap = z.object({
  namespaceName: cloudMapNamespaceName,
  serviceName: cloudMapServiceName,
  attributes: z.array(ownAttribute).nullish(),
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

const checkedSpec = z.object({
  ...virtualNodeSpec.shape,
  serviceDiscovery: z
    .object({
      awsCloudMap: z
        .object({
          ...awsCloudMap.shape,
          attributes: z.array(ownAttribute).superRefine(checkAttributes).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

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

/**
 * The same of an object that comes from the cluster. What is stored was checked by the version that stored it: it stays
 * in effect where a later one is stricter.
 */
export function checkVirtualNode(object: ClusterObject): void {
  z.object({ spec: checkedSpec }).parse({ spec: object.spec ?? {} });
}

/** Throws a ZodError whose paths begin at the object's `spec`. */
export function meshOf(object: ClusterObject): Mesh {
  const { spec } = z.object({ spec: meshSpec }).parse({ spec: object.spec ?? {} });
  return { name: object.metadata.name, spec };
}
