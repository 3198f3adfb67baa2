import type { Manifest } from './helm.ts';

/** What RBAC decides on. `resource` is `group/plural`, or the path of a request for no resource. */
export interface Access {
  readonly verb: string;
  readonly resource: string;
  /** Undefined for all. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** What the objects grant to service accounts: each verb on each resource by itself. */
export function granted(objects: readonly Manifest[]): Access[] {
  return objects
    .filter(({ kind, subjects }) => /Binding$/.test(kind) && subjects[0].kind === 'ServiceAccount')
    .flatMap(({ metadata, roleRef }) => {
      const role = objects.find(
        (object) =>
          object.kind === roleRef.kind &&
          object.metadata.name === roleRef.name &&
          object.metadata.namespace === metadata.namespace,
      );
      if (!role) throw new Error(`${roleRef.kind} ${roleRef.name} is not there`);
      return (role.rules as Rule[]).flatMap((rule) => accesses(rule, metadata.namespace));
    });
}

function accesses(rule: Rule, namespace: string | undefined): Access[] {
  const { apiGroups = [], resources = [], resourceNames = [undefined], nonResourceURLs = [] } = rule;
  const named = apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`));
  return rule.verbs.flatMap((verb) => [
    ...nonResourceURLs.map((resource) => ({ verb, resource })),
    ...named.flatMap((resource) => resourceNames.map((name) => ({ verb, resource, namespace, name }))),
  ]);
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What a request needs, as the API server's authorizer sees it. */
export function needed(method: string, url: string): Access {
  const { pathname, searchParams } = new URL(url, 'http://server');
  const path = /^\/(?:api|apis\/([^/]+))\/v[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/;
  const [, group = '', namespace, plural, name] = path.exec(pathname) ?? [];
  if (plural === undefined) return { verb: method.toLowerCase(), resource: pathname };
  const reading = name ? 'get' : searchParams.get('watch') === 'true' ? 'watch' : 'list';
  return { verb: verbs[method] ?? reading, resource: `${group}/${plural}`, namespace, name };
}

/** The access by which a request is allowed. */
export function allowing(accesses: readonly Access[], request: Access): Access | undefined {
  return accesses.find(
    ({ verb, resource, namespace, name }) =>
      verb === request.verb &&
      resource === request.resource &&
      (namespace === undefined || namespace === request.namespace) &&
      (name === undefined || name === request.name),
  );
}
