import { RetryableError } from '../../model/errors.ts';
import type { Resource } from './resources.ts';

/** The parts of the discovery documents that are read. */
interface Named {
  readonly name?: string;
}
interface Group extends Named {
  readonly versions?: readonly { readonly version?: string }[];
}

/** `/apis`: all groups. An API server that lists none has not started completely, or is something else. */
export function servesVersion(document: unknown, { apiVersion }: Resource): boolean {
  const groups = membersOf<Group>(document, 'APIGroupList', 'groups');
  if (groups.length === 0) throw new RetryableError('the API server lists no API group');
  const [group, version] = apiVersion.split('/');
  return groups.some(
    ({ name, versions = [] }) => name === group && versions.some((it) => it.version === version),
  );
}

/** `/apis/<group>/<version>`: the kinds of that version. */
export function servesKind(document: unknown, { plural }: Resource): boolean {
  return membersOf<Named>(document, 'APIResourceList', 'resources').some(({ name }) => name === plural);
}

function membersOf<Member>(document: unknown, kind: string, field: string): readonly Member[] {
  const { kind: found, [field]: members } = (document ?? {}) as Readonly<Record<string, unknown>>;
  if (found === kind && Array.isArray(members)) return members;
  throw new RetryableError(`expected an ${kind} from the API server, found ${JSON.stringify(found)}`);
}
