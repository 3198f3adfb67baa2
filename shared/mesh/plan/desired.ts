import { createHash } from 'node:crypto';
import type { VirtualRouterSpec } from '../../model/mesh/kinds/virtual-router.ts';
import type { MeshContent } from '../../model/mesh/object.ts';
import type { MeshClaim, ObjectName } from '../../model/records/mesh-claim.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import { contentText } from '../../pods/plan/same-content.ts';
import { type ResourceName, type ResourceSpec, resourceKey } from '../targets/app-mesh/plan/resource-name.ts';
import { referredIn } from '../targets/app-mesh/plan/spec-references.ts';
import { gatewayRouteSpecInput } from '../targets/app-mesh/translate/gateway-route.ts';
import { type MeshDefaults, meshSpecInput } from '../targets/app-mesh/translate/mesh.ts';
import { routeSpecInput } from '../targets/app-mesh/translate/route.ts';
import { virtualGatewaySpecInput } from '../targets/app-mesh/translate/virtual-gateway.ts';
import { virtualNodeSpecInput } from '../targets/app-mesh/translate/virtual-node.ts';
import { virtualRouterSpecInput } from '../targets/app-mesh/translate/virtual-router.ts';
import { virtualServiceSpecInput } from '../targets/app-mesh/translate/virtual-service.ts';
import { awsNameOf, type Directory, defaultAwsName } from './directory.ts';
import type { Entry } from './entry.ts';
import type { Problem } from './problem.ts';
import { problemsOfGroup, References } from './references.ts';

/** The desired state of one App Mesh resource, from the cluster's objects. */
export interface DesiredResource {
  readonly key: string;
  readonly resource: ResourceName;
  readonly spec: ResourceSpec;
  /** A digest of the spec. */
  readonly fingerprint: string;
  /**
   * A digest of the spec and of everything App Mesh validates it against: its dependencies, and the other resources of its
   * object. A refused resource may be accepted when these change.
   */
  readonly inputsHash: string;
  readonly sourceObject: ObjectName;
  /** When the object was created: of two that want the same name, or the last place of a quota, the earlier gets it. */
  readonly createdAt: string;
  /** Keys of the resources that must exist before it. */
  readonly dependsOn: readonly string[];
  /** A mesh of another account: used read-only. */
  readonly isShared: boolean;
  /** The ARN in the object's status, and whether its name is the old controller's default. */
  readonly marks: { readonly statusArn: string | undefined; readonly hasDefaultName: boolean };
}

/** The resources that one object wants, and its problems. */
export interface ObjectPlan {
  readonly entry: Entry;
  /** Keys of its resources, its own first; also of invalid ones, as far as they are known. */
  readonly keys: readonly string[];
  readonly problems: readonly Problem[];
  /**
   * Whether `keys` is complete: if not, none of the object's resources is deleted, since it is not known what it wants.
   */
  readonly isComplete: boolean;
}

export interface DesiredMesh {
  readonly resources: ReadonlyMap<string, DesiredResource>;
  readonly objects: readonly ObjectPlan[];
}

interface ResourceRequest {
  readonly resource: ResourceName;
  readonly dependsOn: readonly string[];
  readonly translate: (references: References) => unknown;
}

/**
 * The desired state of App Mesh, from all mesh objects of a cluster. If two objects want the same name, the one that holds
 * it by a claim keeps it, else the earlier object gets it; a name that was refused goes to an object that would have it
 * from the old controller. A terminating Mesh admits no new members; its members stay. `claimOf` takes a resource key.
 */
export function desiredMesh(
  directory: Directory,
  claimOf: (key: string) => Pick<MeshClaim, 'sourceObject' | 'arn' | 'refused'> | undefined,
  defaults: MeshDefaults = {},
): DesiredMesh {
  const resources = new Map<string, Wanted>();
  const plans = inOrderOfAge(directory, claimOf).map((entry) => ({
    entry,
    ...planObject(directory, entry, { defaults, isMember: (key) => claimOf(key) !== undefined }),
  }));
  const claimOwnerOf = (key: string) => ownerIn(claimOf(key));
  const byName = new Map(plans.map((plan) => [objectNameText(plan.entry.id), plan]));
  const ownerOf = (key: string): ObjectName | undefined => {
    const holder = claimOwnerOf(key);
    const plan = holder && byName.get(objectNameText(holder));
    const holds = plan !== undefined && (!plan.isComplete || plan.keys.includes(key));
    return resources.get(key)?.sourceObject ?? (holds ? holder : undefined);
  };
  const objects = plans.map(({ entry, resources: wanted, keys, problems, isComplete }) => {
    const taken = wanted.flatMap((resource) => nameTaken(resource, ownerOf(resource.key)) ?? []);
    // Without its own router, a route would be created in the router of the other object.
    if (taken.length === 0) for (const resource of wanted) resources.set(resource.key, resource);
    return { entry, keys, problems: [...problems, ...taken], isComplete };
  });
  const isKnown = (key: string) => resources.has(key) || claimOwnerOf(key) !== undefined;
  const complete = new Map(
    [...resources].map(([key, wanted]) => [key, withReferences(wanted, isKnown)] as const),
  );
  return { resources: withInputsHash(complete), objects };
}

/** Adds the references by ARN to resources that are wanted or exist. App Mesh itself validates all others. */
function withReferences(wanted: Wanted, isKnown: (key: string) => boolean): Wanted {
  const referred = referredIn(wanted.resource, wanted.spec).map(resourceKey);
  return { ...wanted, dependsOn: [...new Set([...wanted.dependsOn, ...referred.filter(isKnown)])] };
}

type Wanted = Omit<DesiredResource, 'inputsHash'>;

interface Planned extends Omit<ObjectPlan, 'entry'> {
  readonly resources: readonly Wanted[];
}

function withInputsHash(resources: ReadonlyMap<string, Wanted>): ReadonlyMap<string, DesiredResource> {
  const fingerprintAt = (key: string) => resources.get(key)?.fingerprint;
  const ofObject = Map.groupBy(resources.values(), ({ sourceObject }) => objectNameText(sourceObject));
  const siblings = new Map(
    [...ofObject].map(([name, those]) => [name, those.map(({ fingerprint }) => fingerprint)]),
  );
  return new Map(
    [...resources].map(([key, resource]) => {
      const { fingerprint, dependsOn, sourceObject } = resource;
      // App Mesh also validates what the dependencies refer to: of a gateway route, its service's provider.
      const further = dependsOn.flatMap((dependency) => resources.get(dependency)?.dependsOn ?? []);
      const context = [
        fingerprint,
        dependsOn.map(fingerprintAt),
        further.map(fingerprintAt),
        siblings.get(objectNameText(sourceObject)),
      ];
      return [key, { ...resource, inputsHash: fingerprintOf(context) }];
    }),
  );
}

interface PlanContext {
  readonly defaults: MeshDefaults;
  /** Whether a resource already exists in its mesh, or may. */
  readonly isMember: (key: string) => boolean;
}

function planObject(directory: Directory, entry: Entry, { defaults, isMember }: PlanContext): Planned {
  const nothing = { resources: [], keys: [], isComplete: false };
  const { content } = entry;
  if (content === undefined)
    return { ...nothing, problems: [{ reason: 'Invalid', message: entry.fault ?? '' }] };
  if (content.kind === 'BackendGroup')
    return { ...nothing, problems: problemsOfGroup(directory, entry), isComplete: true };
  const resource = directory.resourceOf(entry);
  if ('reason' in resource)
    return { ...nothing, problems: [{ reason: 'NotMember', message: resource.reason }] };
  const mesh = directory.terminatingMeshOf(entry);
  if (mesh !== undefined && !isMember(resourceKey(resource))) {
    const message = `Mesh "${mesh.id.name}" is being deleted and does not accept new members`;
    return { ...nothing, problems: [{ reason: 'NotMember', message }] };
  }
  const planned = requestsOf(content, resource, defaults).map((request) =>
    planRequest(directory, entry, request),
  );
  return {
    resources: planned.flatMap(({ desired }) => desired ?? []),
    keys: planned.map(({ key }) => key),
    problems: planned.flatMap(({ problems }) => problems),
    isComplete: true,
  };
}

function planRequest(
  directory: Directory,
  entry: Entry,
  { resource, dependsOn, translate }: ResourceRequest,
) {
  const references = new References(directory, entry, resource.meshName);
  const spec = translate(references) as ResourceSpec;
  const key = resourceKey(resource);
  if (references.problems.length > 0) return { key, problems: references.problems };
  const desired: Wanted = {
    key,
    resource,
    spec,
    fingerprint: fingerprintOf(spec),
    sourceObject: entry.id,
    createdAt: entry.createdAt,
    // Backends name virtual services that need not exist: else two nodes could not call each other.
    dependsOn: [...dependsOn, ...(resource.kind === 'virtualNode' ? [] : references.dependsOn)],
    isShared: resource.kind === 'mesh' && resource.meshOwner !== undefined,
    marks: marksOf(entry),
  };
  return { key, desired, problems: [] };
}

function marksOf(entry: Entry): DesiredResource['marks'] {
  return {
    statusArn: entry.statusArn,
    hasDefaultName: entry.id.kind !== 'Mesh' && awsNameOf(entry) === defaultAwsName(entry.id),
  };
}

/** The resource of the object itself, and a virtual router's routes. */
function requestsOf(
  content: MeshContent,
  resource: ResourceName,
  defaults: MeshDefaults,
): readonly ResourceRequest[] {
  const dependsOn = ownersOf(resource);
  const own = (translate: ResourceRequest['translate']): ResourceRequest => ({
    resource,
    dependsOn,
    translate,
  });
  switch (content.kind) {
    case 'Mesh':
      return [own(() => meshSpecInput(content.spec, defaults))];
    case 'VirtualNode':
      return [own((references) => virtualNodeSpecInput(content.spec, references))];
    case 'VirtualGateway':
      return [own(() => virtualGatewaySpecInput(content.spec))];
    case 'VirtualService':
      return [own((references) => virtualServiceSpecInput(content.spec, references))];
    case 'GatewayRoute':
      return [own((references) => gatewayRouteSpecInput(content.spec, references))];
    case 'VirtualRouter':
      return [own(() => virtualRouterSpecInput(content.spec)), ...routesOf(content.spec, resource)];
    case 'BackendGroup':
      return [];
  }
}

function routesOf({ routes }: VirtualRouterSpec, router: ResourceName): readonly ResourceRequest[] {
  return (routes ?? []).map((route, index) => ({
    resource: { ...router, kind: 'route', parentName: router.name, name: route.name },
    dependsOn: [resourceKey(router)],
    translate: (references) => routeSpecInput(route, references, `spec.routes[${index}]`),
  }));
}

/** The mesh and, of a gateway route, its gateway. */
function ownersOf(resource: ResourceName): readonly string[] {
  const { kind, meshName, meshOwner, parentName } = resource;
  if (kind === 'mesh') return [];
  if (parentName === undefined) return [resourceKey({ kind: 'mesh', meshName, meshOwner, name: meshName })];
  return [resourceKey({ kind: 'virtualGateway', meshName, meshOwner, name: parentName })];
}

/** The object that owns a resource; undefined until the resource exists. */
function ownerIn(claim: Pick<MeshClaim, 'sourceObject' | 'arn'> | undefined): ObjectName | undefined {
  return claim?.arn === undefined ? undefined : claim.sourceObject;
}

/**
 * Objects that own their resource first, then by creation time. A refused name belongs to somebody else: objects that
 * could not have it from the old controller come last.
 */
function inOrderOfAge(
  directory: Directory,
  claimOf: (key: string) => Pick<MeshClaim, 'sourceObject' | 'arn' | 'refused'> | undefined,
): readonly Entry[] {
  const precedenceOf = (entry: Entry): number => {
    const resource = directory.resourceOf(entry);
    const claim = 'reason' in resource ? undefined : claimOf(resourceKey(resource));
    const holder = ownerIn(claim);
    if (holder !== undefined && objectNameText(holder) === objectNameText(entry.id)) return 0;
    const isRefused = claim?.refused !== undefined && holder === undefined;
    return isRefused && !marksOf(entry).hasDefaultName && entry.statusArn === undefined ? 2 : 1;
  };
  const rankOf = (entry: Entry) => `${precedenceOf(entry)} ${entry.createdAt} ${objectNameText(entry.id)}`;
  return directory.entries
    .map((entry) => ({ entry, rank: rankOf(entry) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ entry }) => entry);
}

function nameTaken({ resource, sourceObject }: Wanted, owner: ObjectName | undefined): Problem | undefined {
  if (owner === undefined || objectNameText(owner) === objectNameText(sourceObject)) return undefined;
  return {
    reason: 'NameTaken',
    message: `the name "${resource.name}" in mesh "${resource.meshName}" is already used by ${objectNameText(owner)}; set a different spec.awsName`,
  };
}

function fingerprintOf(content: unknown): string {
  return createHash('sha256').update(contentText(content)).digest('base64url');
}
