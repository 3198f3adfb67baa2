import { tlsInspector } from '../translate/egress/egress-filter.ts';
import { proxyPorts } from '../translate/layout.ts';
import { chainsByPort } from './keys.ts';
import { listIn, type Resource } from './resource-file.ts';

/**
 * An outbound listener whose filter chains are of two states, with TLS inspected on the ports where one of them matches TLS. On
 * another port a server that speaks first would wait for the inspection.
 */
export function withInspection(listener: Resource): Resource {
  const filters = listIn(listener, 'listener_filters');
  const [inspector] = filters.filter(isInspector);
  if (inspector === undefined && !matchesTls(listIn(listener, 'filter_chains'))) return listener;
  const ports = [...chainsByPort(listener)].flatMap(([key, chains]) => {
    const port = Number(key.slice('port '.length));
    return Number.isNaN(port) || port === proxyPorts.egress ? [] : [{ port, isTls: matchesTls(chains) }];
  });
  const of = (isTls: boolean) => ports.filter((each) => each.isTls === isTls).map(({ port }) => port);
  const inspected = { http: of(true), tcp: of(false) };
  return {
    ...listener,
    listener_filters: [
      ...filters.filter((each) => !isInspector(each)),
      ...tlsInspector(inspected, listener.default_filter_chain !== undefined),
    ],
  };
}

function isInspector({ name }: Resource): boolean {
  return name === 'envoy.filters.listener.tls_inspector';
}

function matchesTls(chains: readonly Resource[]): boolean {
  return chains.some(({ filter_chain_match: match }) => {
    const { transport_protocol: protocol } = (match ?? {}) as { readonly transport_protocol?: unknown };
    return protocol === 'tls';
  });
}
