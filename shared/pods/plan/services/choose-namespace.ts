import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { isSameDnsName } from '../../../model/dns-name.ts';
import { matchesWildcard } from './tenancy.ts';

/** The known properties of a Cloud Map namespace that was listed, not read. */
export interface ListedNamespace {
  readonly id: string;
  /** As Cloud Map spells it. */
  readonly name: string;
  readonly kind: 'http' | 'private-dns' | 'public-dns';
  /** Of a private DNS namespace, if they could be read. */
  readonly vpcs?: readonly string[] | undefined;
}

export type Choice<Namespace> =
  | { readonly namespace: Namespace }
  | { readonly absent: true }
  | { readonly refusal: string };

type Entry = ClusterConfig['cloudMap']['namespaces'][number];

/** The entry of clusters.yml for a Cloud Map namespace: the first one that matches its name. */
export function namespaceEntry({ cloudMap }: ClusterConfig, name: string): Entry | undefined {
  return cloudMap.namespaces.find((entry) => matchesWildcard(entry.name, name));
}

/** The id or VPC by which clusters.yml selects one of several namespaces of the name; part of the services' keys. */
export function chosenNamespace(config: ClusterConfig, name: string): string | undefined {
  const { id, arn, vpc } = namespaceEntry(config, name) ?? {};
  return id ?? arn?.split('/').at(-1) ?? vpc;
}

/**
 * The namespace that a name refers to. Names of DNS namespaces ignore case, so a namespace in another spelling is
 * neither used nor created a second time; names of HTTP namespaces are compared exactly. A public namespace may have
 * the name as well (split-horizon DNS) and counts only if there is no other. Of several others, one is used only if
 * clusters.yml selects it.
 */
export function chooseNamespace<Namespace extends ListedNamespace>(
  name: string,
  listed: readonly Namespace[],
  { cluster, vpc }: { readonly cluster: string; readonly vpc?: string | undefined },
): Choice<Namespace> {
  const named = listed.filter((namespace) => isNamed(namespace, name));
  const internal = named.filter(({ kind }) => kind !== 'public-dns');
  const candidates = vpc === undefined ? internal : internal.filter(({ vpcs }) => vpcs?.includes(vpc));
  if (candidates.length > 1) return { refusal: ambiguous(name, candidates, cluster) };
  const [found] = vpc === undefined ? [...candidates, ...named] : candidates;
  return found === undefined ? { absent: true } : accept(found, name);
}

/** Checks a namespace that is known by its id. */
export function accept<Namespace extends ListedNamespace>(
  namespace: Namespace,
  name: string,
): Choice<Namespace> {
  if (namespace.name === name) return { namespace };
  if (isNamed(namespace, name)) return { refusal: otherSpelling('namespace', name, namespace.name) };
  const entry = `the entry ${name} of cloudMap.namespaces in clusters.yml`;
  return { refusal: `${entry} chooses ${namespace.id}, which is Cloud Map namespace ${namespace.name}` };
}

/** The message for a name in a DNS namespace that Cloud Map has in another spelling. */
export function otherSpelling(what: 'namespace' | 'service', asked: string, real: string): string {
  return (
    `Cloud Map ${what} ${asked} is named ${real}; ` +
    `in a DNS namespace names that differ only by case are one name: write ${real}`
  );
}

function isNamed({ kind, name }: ListedNamespace, asked: string): boolean {
  return kind === 'http' ? name === asked : isSameDnsName(name, asked);
}

function ambiguous(name: string, candidates: readonly ListedNamespace[], cluster: string): string {
  const [first] = candidates;
  return (
    `Cloud Map has ${candidates.length} namespaces named ${name}: ${candidates.map(describe).join(', ')}; ` +
    `write which one is meant in cloudMap.namespaces of cluster ${cluster} in clusters.yml, ` +
    `such as { name: ${name}, id: ${first?.id} }`
  );
}

const kinds = { http: 'HTTP', 'private-dns': 'private DNS', 'public-dns': 'public DNS' } as const;

function describe({ id, name, kind, vpcs }: ListedNamespace): string {
  const place = vpcs === undefined || vpcs.length === 0 ? '' : `, ${vpcs.join(' and ')}`;
  return `${id} (${name}, ${kinds[kind]}${place})`;
}
