import { RetryableError } from '../../model/errors.ts';
import type { ObjectType } from '../../ports/kubernetes-objects.ts';
import type { Resource } from './resources.ts';

/** The parts of the discovery documents that are read. */
interface Named {
  readonly name?: string;
}
interface Served extends Named {
  readonly kind?: string;
  readonly namespaced?: boolean;
}
interface Group extends Named {
  readonly versions?: readonly { readonly version?: string }[];
}

/** The document itself. Throws a RetryableError if it is neither `/apis` nor the list of a version's kinds. */
export function checkDocument(document: unknown): unknown {
  if (kindOf(document) === 'APIGroupList') groupsOf(document);
  else resourcesOf(document);
  return document;
}

/** `/apis`: the versions of a group. */
export function versionsOfGroup(document: unknown, group: string): readonly string[] {
  const found = groupsOf(document).find(({ name }) => name === group);
  return (found?.versions ?? []).map(({ version }) => version ?? '');
}

/** `/apis`: whether the group has the version. */
export function servesVersion(document: unknown, { apiVersion }: Resource): boolean {
  const [group = '', version = ''] = apiVersion.split('/');
  return versionsOfGroup(document, group).includes(version);
}

/** `/apis/<group>/<version>`: the kinds of that version. */
export function servesKind(document: unknown, { plural }: Resource): boolean {
  return resourcesOf(document).some(({ name }) => name === plural);
}

/** `/apis/<group>/<version>`: how the kind is served; undefined if it is not. */
export function resourceOfKind(document: unknown, { apiVersion, kind }: ObjectType): Resource | undefined {
  const found = resourcesOf(document).find((each) => each.kind === kind && !each.name?.includes('/'));
  if (found?.name === undefined) return undefined;
  return { apiVersion, kind, plural: found.name, namespaced: found.namespaced ?? false };
}

/** An API server that lists no group has not started completely, or is something else. */
function groupsOf(document: unknown): readonly Group[] {
  const groups = membersOf<Group>(document, 'APIGroupList', 'groups');
  if (groups.length === 0) throw new RetryableError('the API server lists no API group');
  return groups;
}

function resourcesOf(document: unknown): readonly Served[] {
  return membersOf<Served>(document, 'APIResourceList', 'resources');
}

function membersOf<Member>(document: unknown, kind: string, field: string): readonly Member[] {
  const members = (document as Readonly<Record<string, unknown>> | null | undefined)?.[field];
  if (kindOf(document) === kind && Array.isArray(members)) return members;
  throw new RetryableError(
    `expected an ${kind} from the API server, found ${JSON.stringify(kindOf(document))}`,
  );
}

function kindOf(document: unknown): unknown {
  return (document as { readonly kind?: unknown } | null | undefined)?.kind;
}
