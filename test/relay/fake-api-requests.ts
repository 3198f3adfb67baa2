import type { IncomingMessage } from 'node:http';
import type { AnyObject } from './fake-api-history.ts';

/** What a request asks for; of a discovery document, `plural` is the path. */
export interface Asked {
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly watch: boolean;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export function parse(request: IncomingMessage): Asked {
  const url = new URL(request.url ?? '', 'http://fake');
  const [, namespace, plural = ''] =
    /^\/apis?(?:\/[^/]+)?\/v[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)$/.exec(url.pathname) ?? [];
  const watch = url.searchParams.get('watch') === 'true';
  const name = /^\/apis(\/[^/]+\/v[^/]+)?$/.test(url.pathname) ? url.pathname : plural;
  return { plural: name, namespace, watch, query: url.searchParams, headers: request.headers };
}

export function isDiscovery({ plural }: Asked): boolean {
  return plural.startsWith('/');
}

export function isAsked({ namespace, query }: Asked, { metadata, spec }: AnyObject): boolean {
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  const [field, value] = (query.get('fieldSelector') ?? '').split('=');
  return field !== 'spec.nodeName' || spec?.nodeName === value;
}
