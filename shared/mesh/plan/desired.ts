import { createHash } from 'node:crypto';
import type { MeshContent } from '../../model/mesh/object.ts';
import type { VirtualRouterSpec } from '../../model/mesh/virtual-router.ts';
import type { MeshClaim, ObjectName } from '../../model/mesh-claim.ts';
import { objectNameText } from '../../model/mesh-claim.ts';
import { type ResourceName, type ResourceSpec, resourceKey } from '../../model/mesh-resource.ts';
import { contentText } from '../../pods/plan/same-content.ts';
import { gatewayRouteSpecInput } from '../targets/app-mesh/gateway-route.ts';
import { type MeshDefaults, meshSpecInput } from '../targets/app-mesh/mesh.ts';
import { routeSpecInput } from '../targets/app-mesh/route.ts';
import { virtualGatewaySpecInput } from '../targets/app-mesh/virtual-gateway.ts';
import { virtualNodeSpecInput } from '../targets/app-mesh/virtual-node.ts';
import { virtualRouterSpecInput } from '../targets/app-mesh/virtual-router.ts';
import { virtualServiceSpecInput } from '../targets/app-mesh/virtual-service.ts';
import { awsNameOf, type Directory, defaultAwsName } from './directory.ts';
import type { Entry } from './entry.ts';
import type { Problem } from './problem.ts';
import { problemsOfGroup, References } from './references.ts';
import { referredIn } from './spec-references.ts';

/** One App Mesh resource as the cluster's objects want it. */
export interface DesiredResource {
  readonly key: string;
  readonly resource: ResourceName;
  readonly spec: ResourceSpec;
  /** Of the spec: the same, the same. */
  readonly fingerprint: string;
  /**
   * Of the spec and of all that App Mesh judges it by: what it needs, and the other resources of its object. What was
   * refused may be taken when these change.
   */
  readonly inputsHash: string;
  readonly sourceObject: ObjectName;
  /** When the object was created: of two that want one name, or the last room of a quota, the earlier has it. */
  readonly createdAt: string;
  /** Keys of the resources that must be there before it. */
  readonly dependsOn: readonly string[];
  /** A mesh of another account: looked at, never changed. */
  readonly isShared: boolean;
  /** The ARN in the object's status, and whether its name is the one that the old controller makes up. */
  readonly marks: { readonly statusArn: string | undefined; readonly hasDefaultName: boolean };
}

/** What one object wants, and what is wrong with it. */
export interface ObjectPlan {
  readonly entry: Entry;
  /** Keys of its resources, its own first; those that are faulty too, as far as they are known. */
  readonly keys: readonly string[];
  readonly problems: readonly Problem[];
  /**
   * Whether `keys` is all there is: if not, nothing of the object is deleted, since it cannot be said what it wants.
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
 * What App Mesh should hold, from all mesh objects of a cluster. Where two objects want one name, the one that has it by
 * its claim keeps it, else the earlier object gets it; but of a name that was refused, one that the old controller would
 * have given it. Nothing is admitted into a Mesh that terminates; its members stay. `claimOf`: of a resource, by its key.
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
  const holderOf = (key: string) => holderIn(claimOf(key));
  const byName = new Map(plans.map((plan) => [objectNameText(plan.entry.id), plan]));
  const ownerOf = (key: string): ObjectName | undefined => {
    const holder = holderOf(key);
    const plan = holder && byName.get(objectNameText(holder));
    const holds = plan !== undefined && (!plan.isComplete || plan.keys.includes(key));
    return resources.get(key)?.sourceObject ?? (holds ? holder : undefined);
  };
  const objects = plans.map(({ entry, resources: wanted, keys, problems, isComplete }) => {
    const taken = wanted.flatMap((resource) => nameTaken(resource, ownerOf(resource.key)) ?? []);
    // Without its router, a route would be put into that of the other object.
    if (taken.length === 0) for (const resource of wanted) resources.set(resource.key, resource);
    return { entry, keys, problems: [...problems, ...taken], isComplete };
  });
  const isKnown = (key: string) => resources.has(key) || holderOf(key) !== undefined;
  const complete = new Map([...resources].map(([key, wanted]) => [key, withNeeds(wanted, isKnown)] as const));
  return { resources: withCircumstances(complete), objects };
}

/** With what it refers to by ARN, where that is wanted or there. Of anything else App Mesh itself says if it is there. */
function withNeeds(wanted: Wanted, isKnown: (key: string) => boolean): Wanted {
  const referred = referredIn(wanted.resource, wanted.spec).map(resourceKey);
  return { ...wanted, dependsOn: [...new Set([...wanted.dependsOn, ...referred.filter(isKnown)])] };
}

type Wanted = Omit<DesiredResource, 'inputsHash'>;

interface Planned extends Omit<ObjectPlan, 'entry'> {
  readonly resources: readonly Wanted[];
}

function withCircumstances(resources: ReadonlyMap<string, Wanted>): ReadonlyMap<string, DesiredResource> {
  const fingerprintAt = (key: string) => resources.get(key)?.fingerprint;
  const ofObject = Map.groupBy(resources.values(), ({ sourceObject }) => objectNameText(sourceObject));
  const siblings = new Map(
    [...ofObject].map(([name, those]) => [name, those.map(({ fingerprint }) => fingerprint)]),
  );
  return new Map(
    [...resources].map(([key, resource]) => {
      const { fingerprint, dependsOn, sourceObject } = resource;
      // App Mesh judges a resource by what its needs refer to, too: a gateway route by its service's provider.
      const further = dependsOn.flatMap((need) => resources.get(need)?.dependsOn ?? []);
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
  /** Whether a resource is, or may be, in its mesh already. */
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
    const message = `Mesh ${mesh.id.name} is being deleted and admits no new members`;
    return { ...nothing, problems: [{ reason: 'NotMember', message }] };
  }
  const planned = requestsOf(content, resource, defaults).map((wish) => planRequest(directory, entry, wish));
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
    // Backends name virtual services that need not be there: else two nodes could not call each other.
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

/** Who has a resource: what is not there nobody has, whoever asked for it. */
function holderIn(claim: Pick<MeshClaim, 'sourceObject' | 'arn'> | undefined): ObjectName | undefined {
  return claim?.arn === undefined ? undefined : claim.sourceObject;
}

/**
 * Holders of what they want first, then the earlier created. A name that is refused belongs to somebody: those come last
 * who could not have had it from the old controller.
 */
function inOrderOfAge(
  directory: Directory,
  claimOf: (key: string) => Pick<MeshClaim, 'sourceObject' | 'arn' | 'refused'> | undefined,
): readonly Entry[] {
  const precedenceOf = (entry: Entry): number => {
    const resource = directory.resourceOf(entry);
    const claim = 'reason' in resource ? undefined : claimOf(resourceKey(resource));
    const holder = holderIn(claim);
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
    message: `the name ${resource.name} in mesh ${resource.meshName} is taken by ${objectNameText(owner)}; expected a spec.awsName of its own`,
  };
}

function fingerprintOf(content: unknown): string {
  return createHash('sha256').update(contentText(content)).digest('base64url');
}
