import fc from 'fast-check';
import type { Request } from '../request.ts';
import {
  anyOf,
  headerNames,
  headerValues,
  methods,
  often,
  type Protocol,
  paths,
  services,
} from './matches.ts';

const headers = fc
  .record(Object.fromEntries(headerNames.map((name) => [name.toLowerCase(), often(anyOf(headerValues))])))
  .map(
    (all) =>
      Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
  );
const query = anyOf(['', '', '?q=1', '?q=2', '?p=1&q=1', '?q']);
const call = fc.tuple(anyOf(services), anyOf(methods)).map(([service, method]) => `/${service}/${method}`);

/** A request to one of some hosts and ports, of HTTP unless another protocol is named. */
export function requestsTo(
  all: readonly (readonly [host: string, port: number, protocol?: Protocol])[],
  among: readonly string[] = paths,
): fc.Arbitrary<Request> {
  return anyOf(all).chain(([host, port, protocol = 'http']) =>
    fc.record({
      protocol: fc.constant(protocol),
      scheme: anyOf(['http', 'https'] as const),
      method: protocol === 'grpc' ? fc.constant('POST') : anyOf(['GET', 'POST', 'PUT']),
      host: anyOf([host, host, host.replace('x.', 'X.').replace('s0', 'S0')]),
      namesPort: fc.boolean(),
      path: protocol === 'grpc' ? call : fc.tuple(anyOf(among), query).map((parts) => parts.join('')),
      headers,
      port: fc.constant(port),
    }),
  );
}
