import { type Kind, kinds, type OperationName } from './resources/kinds.ts';

/** The HTTP method and path of an operation; `{member}` in a path is a member of the input. */
export interface Binding {
  readonly operation: OperationName;
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
}

const root = '/v20190125';

export const bindings: readonly Binding[] = [
  ...kinds.flatMap(bindingsOf),
  { operation: 'ListTagsForResource', method: 'GET', path: `${root}/tags` },
  { operation: 'TagResource', method: 'PUT', path: `${root}/tag` },
  { operation: 'UntagResource', method: 'PUT', path: `${root}/untag` },
];

function bindingsOf({ kind, collection, nameMember, parent, operations }: Kind): readonly Binding[] {
  const parentPath = parent === undefined ? '' : `/${parent.kind}/{${parent.nameMember}}`;
  const all = kind === 'mesh' ? `${root}/meshes` : `${root}/meshes/{meshName}${parentPath}/${collection}`;
  const one = `${all}/{${nameMember}}`;
  return [
    { operation: operations.Create, method: 'PUT', path: all },
    { operation: operations.List, method: 'GET', path: all },
    { operation: operations.Update, method: 'PUT', path: one },
    { operation: operations.Delete, method: 'DELETE', path: one },
    { operation: operations.Describe, method: 'GET', path: one },
  ];
}

/** Whether a path belongs to the service, whatever operation it names. */
export function isAppMeshPath(pathname: string): boolean {
  return pathname.startsWith(`${root}/`);
}

/** The operation of a request, and the input members in its path. */
export function bindingOf(
  method: string,
  pathname: string,
): { readonly binding: Binding; readonly members: Readonly<Record<string, string>> } | undefined {
  for (const binding of bindings) {
    const members = binding.method === method ? membersIn(binding.path, pathname) : undefined;
    if (members !== undefined) return { binding, members };
  }
  return undefined;
}

function membersIn(template: string, pathname: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const found = pathname.split('/');
  if (wanted.length !== found.length) return undefined;
  const members: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const segment = found[index] ?? '';
    const member = /^{(.*)}$/.exec(part)?.[1];
    const decoded = decode(segment);
    if (member !== undefined && decoded !== undefined) members[member] = decoded;
    else if (part !== segment) return undefined;
  }
  return members;
}

/** Undefined for an invalid percent-encoding. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
