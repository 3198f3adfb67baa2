import { fileKey, hostKey } from './keys.ts';
import { namedIn } from './named-in.ts';
import type { ProxyState } from './proxy-state.ts';
import type { Resource } from './resource-file.ts';

/** What the proxies can be assumed to have taken up of the files that were written so far. */
export interface Settled {
  /** Whether a cluster, a virtual host of a gateway's second hop or a route table was added long enough ago. */
  readonly has: (key: string) => boolean;
  /** Whether it is known since when nothing names it. */
  readonly isRetired: (key: string) => boolean;
  /** Whether that is long enough ago for it to be removed. */
  readonly mayRemove: (key: string) => boolean;
}

/** A change of a proxy. */
export interface Change {
  readonly was: ProxyState;
  readonly want: ProxyState;
  readonly settled: Settled;
  /** The route tables that live listeners lead to. */
  readonly opened: ReadonlySet<string>;
}

/** Whether all that it names is in the proxies already, for long enough. */
export function isReady(resource: Resource, { was, want, settled }: Change): boolean {
  const { clusters, hosts } = namedIn(resource);
  const isHere = (name: string) => was.clusters.has(name) && settled.has(name);
  const isHostHere = (domain: string) => was.hosts.has(domain) && settled.has(hostKey(domain));
  return (
    [...clusters].every((name) => !want.clusters.has(name) || isHere(name)) &&
    [...hosts].every((domain) => !want.hosts.has(domain) || isHostHere(domain))
  );
}

/** Whether listeners lead to a route table, or the proxies could have read it for long enough. */
export function isTableHere(file: string, { was, settled, opened }: Change): boolean {
  return opened.has(file) || (was.routes.has(file) && settled.has(fileKey(file)));
}
