import type {
  AppMeshClaim,
  AppMeshDesired,
} from '../../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import {
  type ResourceKind,
  type ResourceName,
  resourceKey,
} from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

/** In the mesh `shop`. */
export function named(kind: ResourceKind, name: string, more: Partial<ResourceName> = {}): ResourceName {
  return { kind, meshName: kind === 'mesh' ? name : 'shop', name, ...more };
}

const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } as const;

export function aClaim(resource: ResourceName, more: Partial<AppMeshClaim> = {}): AppMeshClaim {
  const key = resourceKey(resource);
  return {
    key,
    resource,
    sourceObject,
    phase: 'applied',
    dependsOn: [],
    id: `arn:${key}`,
    revision: 1,
    ...more,
  };
}

export function aDesired(
  resource: ResourceName,
  spec: AppMeshDesired['spec'] = {},
  {
    createdAt = '2026-11-21T10:00:00Z',
    ...more
  }: Partial<AppMeshDesired> & { readonly createdAt?: string } = {},
): AppMeshDesired {
  const [entry] = directoryOf(aNode('blue')).entries;
  if (entry === undefined) throw new Error('no object');
  const key = resourceKey(resource);
  return {
    ...{ key, resource, spec, fingerprint: 'new', inputsHash: 'i', dependsOn: [], sourceObject },
    entry: { ...entry, createdAt },
    ...more,
  };
}

export function byKey<T extends { readonly key: string }>(...all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((each) => [each.key, each]));
}
