import { createHash } from 'node:crypto';
import type { MeshClaim, ObjectName } from '../../model/records/mesh-claim.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import { contentText } from '../../pods/plan/same-content.ts';
import { distinct, statedByOthers, unsupported } from './differences.ts';
import type { Directory, Place } from './directory.ts';
import { type Entry, isValid } from './entry.ts';
import type { Problem } from './problem.ts';
import { problemsOfGroup, References } from './references/references.ts';
import type { DesiredMesh, DesiredResource, Difference, ObjectPlan, ResourceRequest } from './resource.ts';
import type { TargetRules } from './target-rules.ts';

type ClaimOf = (key: string) => Pick<MeshClaim, 'sourceObject' | 'id' | 'refused'> | undefined;

/**
 * The desired state of a mesh target, from all mesh objects of a cluster. If two objects want the same resource, the one
 * that holds it by a claim keeps it, else the earlier object gets it; a resource that was refused goes to an object that is
 * marked as its owner. An object with a field that the target refuses wants nothing new: without a part of it, requests
 * would go elsewhere. A terminating Mesh admits no new members; its members stay. `claimOf` takes a resource key.
 */
export function desiredMesh(directory: Directory, rules: TargetRules, claimOf: ClaimOf): DesiredMesh {
  const resources = new Map<string, Wanted>();
  const requests = directory.entries.map((entry) => requestsOf(directory, rules, entry, claimOf));
  const plans = inOrderOfAge(requests, rules, claimOf).map((each) => planned(directory, rules, each));
  const stated = statedByOthers(plans);
  const claimOwnerOf = (key: string) => ownerIn(claimOf(key));
  const byName = new Map(plans.map((plan) => [objectNameText(plan.entry.id), plan]));
  const ownerOf = (key: string): ObjectName | undefined => {
    const holder = claimOwnerOf(key);
    const plan = holder && byName.get(objectNameText(holder));
    const holds = plan !== undefined && (!plan.isComplete || plan.keys.includes(key));
    return resources.get(key)?.sourceObject ?? (holds ? holder : undefined);
  };
  const objects = plans.map(({ resources: wanted, ...plan }) => {
    const taken = wanted.flatMap((resource) => nameTaken(rules, resource, ownerOf(resource.key)) ?? []);
    // Without its own resource, a part would be created in the resource of the other object.
    if (taken.length === 0) for (const resource of wanted) resources.set(resource.key, resource);
    const others = stated.get(objectNameText(plan.entry.id)) ?? [];
    const problems = [...plan.problems, ...taken, ...unsupported(others, plan.entry.id)];
    return { ...plan, problems, differences: distinct([...plan.differences, ...others]) };
  });
  const isKnown = (key: string) => resources.has(key) || claimOwnerOf(key) !== undefined;
  const complete = new Map(
    [...resources].map(([key, wanted]) => [key, withReferences(wanted, isKnown)] as const),
  );
  return { resources: withInputsHash(complete), objects };
}

/** What is wanted, until all that is wanted is known. */
type Wanted = Omit<DesiredResource, 'inputsHash'> & { readonly refersTo: readonly string[] };

/** Adds the references to resources that are wanted or exist. The target itself validates all others. */
function withReferences({ refersTo, ...wanted }: Wanted, isKnown: (key: string) => boolean) {
  return { ...wanted, dependsOn: [...new Set([...wanted.dependsOn, ...refersTo.filter(isKnown)])] };
}

function withInputsHash(
  resources: ReadonlyMap<string, Omit<DesiredResource, 'inputsHash'>>,
): ReadonlyMap<string, DesiredResource> {
  const fingerprintAt = (key: string) => resources.get(key)?.fingerprint;
  const ofObject = Map.groupBy(resources.values(), ({ sourceObject }) => objectNameText(sourceObject));
  const siblings = new Map(
    [...ofObject].map(([name, those]) => [name, those.map(({ fingerprint }) => fingerprint)]),
  );
  return new Map(
    [...resources].map(([key, resource]) => {
      const { fingerprint, dependsOn, sourceObject } = resource;
      // A target may also validate what the dependencies refer to: of a gateway route, its service's provider.
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

/** What an object asks for; without a place, nothing. */
interface Requests extends Pick<ObjectPlan, 'entry' | 'problems' | 'isComplete'> {
  readonly place?: Place;
  readonly requests: readonly ResourceRequest[];
}

function requestsOf(directory: Directory, rules: TargetRules, entry: Entry, claimOf: ClaimOf): Requests {
  const none = (...problems: readonly Problem[]): Requests => ({
    ...{ entry, requests: [], isComplete: false },
    problems,
  });
  if (!isValid(entry)) return none({ reason: 'Invalid', message: entry.fault ?? '' });
  if (entry.content.kind === 'BackendGroup')
    return { ...none(...problemsOfGroup(directory, entry)), isComplete: true };
  const place = directory.placeOf(entry);
  if ('reason' in place) return none({ reason: 'NotMember', message: place.reason });
  const requests = rules.requestsOf(entry, place, directory);
  const [own] = requests;
  const mesh = directory.terminatingMeshOf(entry);
  if (mesh !== undefined && own !== undefined && claimOf(own.key) === undefined) {
    const message = `Mesh "${mesh.id.name}" is being deleted and does not accept new members`;
    return none({ reason: 'NotMember', message });
  }
  return { entry, place, requests, problems: [], isComplete: true };
}

interface Planned extends ObjectPlan {
  readonly resources: readonly Wanted[];
}

function planned(
  directory: Directory,
  rules: TargetRules,
  { entry, place, requests, problems, isComplete }: Requests,
): Planned {
  if (place === undefined || !isValid(entry))
    return { entry, resources: [], keys: [], problems, differences: [], isComplete };
  const all = requests.map((request) =>
    plannedRequest(request, entry, new References(directory, entry, place.meshName)),
  );
  const differences = [
    ...(rules.differencesOf?.(entry, place, directory) ?? []),
    ...all.flatMap(({ differences: ofRequest }) => ofRequest),
  ];
  const refused = unsupported(differences, entry.id);
  return {
    entry,
    resources: refused.length > 0 ? [] : all.flatMap(({ wanted }) => wanted ?? []),
    keys: requests.map(({ key }) => key),
    problems: [...all.flatMap(({ problems: ofRequest }) => ofRequest), ...refused],
    differences,
    // The keys of the last valid state may be others than those of the refused one.
    isComplete: isComplete && refused.length === 0 && !rules.isUndecided?.(entry, place, directory),
  };
}

function plannedRequest(
  { key, resource, translate }: ResourceRequest,
  entry: Entry,
  references: References,
): {
  readonly wanted?: Wanted;
  readonly problems: readonly Problem[];
  readonly differences: readonly Difference[];
} {
  const { spec, dependsOn, refersTo = [], differences = [] } = translate(references);
  if (references.problems.length > 0) return { problems: references.problems, differences };
  const fingerprint = fingerprintOf(spec);
  return {
    wanted: { key, resource, spec, fingerprint, entry, sourceObject: entry.id, dependsOn, refersTo },
    problems: [],
    differences,
  };
}

/** The object that owns a resource; undefined until the resource exists. */
function ownerIn(claim: Pick<MeshClaim, 'sourceObject' | 'id'> | undefined): ObjectName | undefined {
  return claim?.id === undefined ? undefined : claim.sourceObject;
}

/**
 * Objects that own their resource first, then by creation time. A refused name belongs to somebody else: objects that are
 * not marked as its owner come last.
 */
function inOrderOfAge(all: readonly Requests[], rules: TargetRules, claimOf: ClaimOf): readonly Requests[] {
  const precedenceOf = ({ entry, requests: [own] }: Requests): number => {
    const claim = own && claimOf(own.key);
    const holder = ownerIn(claim);
    if (holder !== undefined && objectNameText(holder) === objectNameText(entry.id)) return 0;
    const isRefused = claim?.refused !== undefined && holder === undefined;
    return isRefused && !rules.isMarked?.(entry) ? 2 : 1;
  };
  const rankOf = (each: Requests) =>
    `${precedenceOf(each)} ${each.entry.createdAt} ${objectNameText(each.entry.id)}`;
  return all
    .map((each) => ({ each, rank: rankOf(each) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ each }) => each);
}

function nameTaken(
  rules: TargetRules,
  { resource, sourceObject }: Wanted,
  owner: ObjectName | undefined,
): Problem | undefined {
  if (owner === undefined || objectNameText(owner) === objectNameText(sourceObject)) return undefined;
  return {
    reason: 'NameTaken',
    message: `${rules.nameOf(resource)} is already used by ${objectNameText(owner)}; set a different spec.awsName`,
  };
}

function fingerprintOf(content: unknown): string {
  return createHash('sha256').update(contentText(content)).digest('base64url');
}
