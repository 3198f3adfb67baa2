import type { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import type { ResourceSnapshot } from '@eks-mesh-sync/embedded-aws/app-mesh/snapshot.ts';
import { type ResourceName, resourceKey } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { objectNameText } from '../../../shared/model/records/mesh-claim.ts';
import type { MeshHarness } from './harness.ts';

/** Of what the engine has, whoever owns the mesh. */
export function keyOf({ meshOwner, ...name }: ResourceName): string {
  return resourceKey(name);
}

/** Every resource there is: key → spec, as it was given. */
export function specsIn(engine: AppMesh): Readonly<Record<string, unknown>> {
  return Object.fromEntries(engine.snapshot().map((resource) => [keyOf(resource), resource.spec]));
}

export function keysIn(engine: AppMesh): readonly string[] {
  return engine.snapshot().map(keyOf).sort();
}

export function resourceIn(engine: AppMesh, key: string): ResourceSnapshot {
  const found = engine.snapshot().find((resource) => keyOf(resource) === key);
  if (found === undefined) throw new Error(`there is no ${key} among ${keysIn(engine).join(', ')}`);
  return found;
}

/** The calls that reach App Mesh meanwhile, refused ones too: `{ UpdateRoute: 1 }`. */
export async function callsDuring(
  { engine }: Pick<MeshHarness, 'engine'>,
  act: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const before = new Map(engine.calls);
  await act();
  const made = [...engine.calls].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(made.filter(([, count]) => count > 0));
}

/** Likewise, of what a message costs whose handling may fail. */
export async function failure(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}

/**
 * What a cluster's mesh comes to, whichever way it came: App Mesh, the claims, and the status of the objects. Without
 * what depends on the way: times, and how often something was changed.
 */
export function outcomeOf({ engine, stores, objects }: MeshHarness) {
  const resources = engine.snapshot().map(({ spec, tags, ...name }) => [keyOf(name), { spec, tags }]);
  const claims = [...stores.meshClaims.items].map(([key, claim]) => {
    const { sourceObject, phase, fingerprint, dependsOn, id, owner, refused } = claim;
    return [
      key,
      {
        sourceObject: objectNameText(sourceObject),
        phase,
        fingerprint,
        dependsOn: [...dependsOn].sort(),
        id,
        owner,
        refused,
      },
    ];
  });
  const received = [...objects].map(([key, { status }]) => {
    const {
      conditions = [],
      observedGeneration,
      ...fields
    } = status as {
      conditions?: Readonly<Record<string, unknown>>[];
      observedGeneration?: number;
    };
    const untimed = conditions.map(({ lastTransitionTime, ...condition }) => condition);
    return [key, { ...fields, conditions: untimed, isObserved: observedGeneration !== undefined }];
  });
  const unwritten = [...stores.statuses.items.values()].filter(
    ({ written, revision }) => written !== revision,
  );
  return {
    resources: Object.fromEntries(resources) as Readonly<Record<string, unknown>>,
    claims: Object.fromEntries(claims) as Readonly<Record<string, unknown>>,
    objects: Object.fromEntries(received) as Readonly<Record<string, unknown>>,
    unwritten: unwritten.map(({ object }) => objectNameText(object)),
  };
}

/** What is left of a cluster that has no objects any more; empty when nothing is. */
export function remainsOf({ engine, stores, cluster }: MeshHarness): readonly string[] {
  return [
    ...engine.snapshot().map((resource) => `resource ${keyOf(resource)}`),
    ...[...stores.meshClaims.items.keys()].map((key) => `claim ${key}`),
    ...[...stores.statuses.items.keys()].map((key) => `status ${key}`),
  ].filter((line) => !line.startsWith('claim ') || line.startsWith(`claim ${cluster}#`));
}

const operationNames: Readonly<Record<ResourceName['kind'], string>> = {
  mesh: 'Mesh',
  virtualGateway: 'VirtualGateway',
  gatewayRoute: 'GatewayRoute',
  virtualNode: 'VirtualNode',
  virtualRouter: 'VirtualRouter',
  route: 'Route',
  virtualService: 'VirtualService',
};

/** A call made by hand, past the reconciler. */
export function byHand(
  engine: AppMesh,
  verb: 'Create' | 'Update' | 'Delete' | 'Describe',
  resource: ResourceName,
  more: Readonly<Record<string, unknown>> = {},
): object {
  const { kind, meshName, meshOwner, parentName, name } = resource;
  const parent = kind === 'route' ? 'virtualRouterName' : 'virtualGatewayName';
  const names = {
    meshName,
    ...(meshOwner !== undefined && { meshOwner }),
    ...(parentName !== undefined && { [parent]: parentName }),
    ...(kind !== 'mesh' && { [`${kind}Name`]: name }),
  };
  return engine.handle(`${verb}${operationNames[kind]}`, { ...names, ...more });
}
