import type { Entry } from '../../../../plan/entry.ts';

/** The name of a gateway's listener, its route table and its secrets. */
export function gatewayName(port: number): string {
  return `gateway-${port}`;
}

/** The cluster of the second hop, one for each listener: so the listener's connection pool limits it alone. */
export function redirectName(port: number): string {
  return `self_redirect_${port}`;
}

/** The name of the Envoy routes of a gateway route, as in `Kept.routes`. */
export function routeName({ id: { namespace, name } }: Pick<Entry, 'id'>): string {
  return `${namespace}/${name}`;
}
