import { fileAt } from '../translate/layout.ts';

/** What a listener, a route table or a cluster names: nothing of it may be missing when Envoy reads it. */
export interface Named {
  readonly clusters: ReadonlySet<string>;
  /** File names in the mount. */
  readonly files: ReadonlySet<string>;
  /** Domains of virtual hosts of a gateway's second hop. */
  readonly hosts: ReadonlySet<string>;
}

/** The request header by which the first hop of a gateway chooses a virtual host of the second. */
const hostHeader = 'x-app-mesh-virtual-service';

/** What is in them are texts of users, which may be like names. */
const opaque: ReadonlySet<string> = new Set(['access_log', 'json_format']);

export function namedIn(resource: unknown): Named {
  const named = { clusters: new Set<string>(), files: new Set<string>(), hosts: new Set<string>() };
  collect(resource, named);
  return named;
}

type Collected = { readonly [K in keyof Named]: Set<string> };

function collect(value: unknown, named: Collected): void {
  if (Array.isArray(value)) for (const item of value) collect(item, named);
  else if (typeof value === 'object' && value !== null)
    for (const [field, member] of Object.entries(value)) collectField(field, member, named);
}

function collectField(field: string, member: unknown, named: Collected): void {
  if (opaque.has(field)) return;
  if (field === 'cluster' && typeof member === 'string') named.clusters.add(member);
  if (field === 'weighted_clusters') for (const name of weightedIn(member)) named.clusters.add(name);
  if (field === 'path_config_source') addFile(member, named.files);
  if (field === 'header') addHost(member, named.hosts);
  collect(member, named);
}

function weightedIn(member: unknown): readonly string[] {
  const { clusters = [] } = (member ?? {}) as { readonly clusters?: readonly { readonly name?: unknown }[] };
  return clusters.map(({ name }) => String(name));
}

function addFile(member: unknown, found: Set<string>): void {
  const { path = '' } = (member ?? {}) as { readonly path?: string };
  const file = fileAt(path);
  if (file !== undefined) found.add(file);
}

function addHost(member: unknown, found: Set<string>): void {
  const { key, value } = (member ?? {}) as { readonly key?: unknown; readonly value?: unknown };
  if (key === hostHeader && typeof value === 'string') found.add(value);
}
