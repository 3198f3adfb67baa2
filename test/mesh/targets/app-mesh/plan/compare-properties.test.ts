import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameSpec } from '../../../../../shared/mesh/targets/app-mesh/plan/compare.ts';
import type { ResourceKind } from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';

const name = fc.stringMatching(/^[a-c]{1,3}$/);
const several = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const some = <T extends Record<string, fc.Arbitrary<unknown>>>(members: T) =>
  fc.record(members, { requiredKeys: [] });
const port = fc.integer({ min: 1, max: 5 });
const portMapping = fc.record({ port, protocol: fc.constantFrom('http', 'grpc') });

const clientPolicy = fc.record({
  tls: fc.record(
    {
      enforce: fc.boolean(),
      ports: several(port),
      validation: fc.record({
        trust: fc.record({ acm: fc.record({ certificateAuthorityArns: several(name) }) }),
        subjectAlternativeNames: fc.record({ match: fc.record({ exact: several(name) }) }),
      }),
    },
    { requiredKeys: ['validation'] },
  ),
});
const listener = fc.record(
  {
    portMapping,
    healthCheck: fc.record(
      { protocol: fc.constant('http'), port, path: name },
      { requiredKeys: ['protocol'] },
    ),
    connectionPool: fc.record({
      http: fc.record(
        { maxConnections: port, maxPendingRequests: port },
        { requiredKeys: ['maxConnections'] },
      ),
    }),
  },
  { requiredKeys: ['portMapping'] },
);
const backend = fc.record({
  virtualService: fc.record(
    { virtualServiceName: name, clientPolicy },
    { requiredKeys: ['virtualServiceName'] },
  ),
});
const cloudMap = fc.record({
  awsCloudMap: fc.record({ serviceName: name, attributes: several(fc.record({ key: name, value: name })) }),
});
const dns = fc.record({
  dns: fc.record(
    { hostname: name, responseType: fc.constantFrom('LOADBALANCER', 'ENDPOINTS') },
    { requiredKeys: ['hostname'] },
  ),
});
const named = several(
  fc.record(
    { name, invert: fc.boolean(), match: fc.record({ range: fc.record({ start: port, end: port }) }) },
    { requiredKeys: ['name'] },
  ),
);
const match = some({
  prefix: name,
  headers: named,
  metadata: named,
  queryParameters: several(fc.record({ name })),
});
const retryPolicy = fc.record(
  { maxRetries: fc.nat(3), httpRetryEvents: several(name), grpcRetryEvents: several(name) },
  { requiredKeys: ['maxRetries'] },
);
const weightedTargets = several(fc.record({ virtualNode: name, weight: fc.nat(100) }));
const onOrOff = fc.constantFrom('ENABLED', 'DISABLED');

const specs: Readonly<Record<ResourceKind, fc.Arbitrary<object>>> = {
  mesh: some({ egressFilter: fc.record({ type: fc.constantFrom('DROP_ALL', 'ALLOW_ALL') }) }),
  virtualNode: some({
    listeners: several(listener),
    backends: several(backend),
    backendDefaults: fc.record({ clientPolicy }),
    serviceDiscovery: fc.oneof(cloudMap, dns),
  }),
  virtualGateway: some({ listeners: several(listener), backendDefaults: fc.record({ clientPolicy }) }),
  virtualRouter: some({ listeners: several(fc.record({ portMapping })) }),
  virtualService: some({ provider: fc.record({ virtualNode: fc.record({ virtualNodeName: name }) }) }),
  route: some({
    priority: fc.nat(1000),
    httpRoute: fc.record({ match, action: fc.record({ weightedTargets }), retryPolicy }),
  }),
  gatewayRoute: some({
    priority: fc.constantFrom(0, 1000),
    httpRoute: fc.record({
      match,
      action: fc.record({
        rewrite: some({
          hostname: fc.record({ defaultTargetHostname: onOrOff }),
          prefix: fc.record({ defaultPrefix: onOrOff }),
        }),
      }),
    }),
  }),
};
const anySpec = fc
  .constantFrom(...(Object.keys(specs) as ResourceKind[]))
  .chain((kind) => specs[kind].map((spec) => ({ kind, spec })));

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What App Mesh answers beyond what it was sent, by the name of what it is a part of. */
const filled: Readonly<Record<string, (part: Json) => Json>> = {
  mesh: (spec) => ({ egressFilter: { type: 'DROP_ALL' }, ...spec }),
  virtualNode: (spec) => ({ backends: [], logging: {}, ...spec }),
  gatewayRoute: (spec) => ({ priority: 1000, ...spec }),
  tls: (tls) => ({ enforce: true, ports: [], ...tls }),
  dns: (dns) => ({ responseType: 'LOADBALANCER', ...dns }),
  http: (http) => ({ maxPendingRequests: 2_147_483_647, ...http }),
  headers: (header) => ({ invert: false, ...header }),
  metadata: (entry) => ({ invert: false, ...entry }),
  match: (match) => ({ headers: [], ...match }),
  rewrite: (rewrite) => ({
    hostname: { defaultTargetHostname: 'ENABLED' },
    prefix: { defaultPrefix: 'ENABLED' },
    ...rewrite,
  }),
  listeners: ({ healthCheck, portMapping, ...listener }) => ({
    ...listener,
    portMapping,
    ...(isObject(healthCheck) && { healthCheck: { port: Object(portMapping).port, ...healthCheck } }),
  }),
};
const ordered = ['listeners'];

/** The spec as App Mesh might answer it: with its defaults, and with sets turned by a number of places. */
function answered(part: unknown, called: string, turn: number): unknown {
  if (Array.isArray(part)) {
    const items = part.map((item) => answered(item, called, turn));
    const places = ordered.includes(called) ? 0 : turn % items.length;
    return [...items.slice(places), ...items.slice(0, places)];
  }
  if (!isObject(part)) return part;
  const members = Object.entries(filled[called]?.(part) ?? part);
  return Object.fromEntries(members.reverse().map(([key, value]) => [key, answered(value, key, turn)]));
}

/** All specs that differ from this one in one value. */
function changes(part: unknown): unknown[] {
  if (Array.isArray(part))
    return part.flatMap((item, at) => changes(item).map((changed) => part.with(at, changed)));
  if (isObject(part))
    return Object.entries(part).flatMap(([key, value]) =>
      changes(value).map((changed) => ({ ...part, [key]: changed })),
    );
  return [typeof part === 'boolean' ? !part : typeof part === 'number' ? part + 1 : `${part}x`];
}

describe('whatever the spec', () => {
  it('a spec is the same with the defaults filled in and its sets in another order', () => {
    fc.assert(
      fc.property(anySpec, fc.nat(5), ({ kind, spec }, turn) => {
        expect(isSameSpec(kind, spec, answered(spec, kind, turn))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('a spec differs as soon as one value does, in either', () => {
    fc.assert(
      fc.property(anySpec, fc.nat(5), ({ kind, spec }, turn) => {
        for (const changed of changes(spec)) {
          expect(isSameSpec(kind, changed, answered(spec, kind, turn))).toBe(false);
          expect(isSameSpec(kind, spec, answered(changed, kind, turn))).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });
});
