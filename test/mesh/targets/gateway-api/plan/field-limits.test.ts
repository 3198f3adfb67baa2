import { describe, expect, it } from 'vitest';
import {
  type FieldLimit,
  fieldLimits,
  reportFields,
} from '../../../../../shared/mesh/targets/gateway-api/plan/field-limits.ts';
import type { GatewayClass } from '../../../../../shared/mesh/targets/gateway-api/plan/gateway-class.ts';
import { Report } from '../../../../../shared/mesh/targets/gateway-api/plan/report.ts';
import type { MeshKind } from '../../../../../shared/model/kubernetes.ts';
import { limitsIn } from './findings.ts';

function found(spec: object, rows: readonly FieldLimit[]): readonly string[] {
  const report = new Report();
  reportFields(spec, rows, report);
  return limitsIn(report.differences);
}

describe('the fields of a spec that nothing carries', () => {
  const at = (path: string, more: Partial<FieldLimit> = {}): readonly FieldLimit[] => [
    { path, effect: 'differs', limit: 'idle', ...more },
  ];

  it.each<readonly [spec: object, path: string, found: readonly string[]]>([
    [{ a: { b: 1 } }, 'spec.a.b', ['spec.a.b']],
    [{ a: { b: 0 } }, 'spec.a.b', ['spec.a.b']],
    [{ a: { b: null } }, 'spec.a.b', []],
    [{ a: {} }, 'spec.a.b', []],
    [{ a: null }, 'spec.a.b', []],
    [{}, 'spec.a.b', []],
    [{ a: [{ b: 1 }, {}, { b: 2 }] }, 'spec.a[].b', ['spec.a[0].b', 'spec.a[2].b']],
    [{ a: [] }, 'spec.a[].b', []],
    [{ a: [] }, 'spec.a', ['spec.a']],
    [{ a: [{ b: [{ c: 1 }] }] }, 'spec.a[].b[].c', ['spec.a[0].b[0].c']],
  ])('of %j at %s are %j', (spec, path, paths) => {
    expect(found(spec, at(path))).toEqual(paths.map((each) => `differs ${each}: idle`));
  });

  it('are refused, and only of a value for which that holds', () => {
    const rows = at('spec.a[]', { effect: 'refused', when: (value) => value === 'x' });
    expect(found({ a: ['x', 'y', 'x'] }, rows)).toEqual([
      'refused spec.a[0]: idle',
      'refused spec.a[2]: idle',
    ]);
  });
});

describe('the fields that no object carries', () => {
  const client = (tls: object) => ({ backendDefaults: { clientPolicy: { tls } } });
  const mode = (value: string) => ({ listeners: [{ tls: { mode: value } }] });
  it.each<readonly [kind: MeshKind, of: GatewayClass['kind'], spec: object, found: readonly string[]]>([
    ['Mesh', 'istio', { egressFilter: { type: 'DROP_ALL' } }, ['differs spec.egressFilter.type: egress']],
    [
      'Mesh',
      'lattice',
      { egressFilter: { type: 'DROP_ALL' } },
      ['differs spec.egressFilter.type: latticeEgress'],
    ],
    ['Mesh', 'standard', { egressFilter: { type: 'ALLOW_ALL' } }, []],
    ['Mesh', 'lattice', { meshOwner: '1' }, ['differs spec.meshOwner: meshOwner']],
    ['VirtualNode', 'istio', mode('STRICT'), ['refused spec.listeners[0].tls.mode: tlsStrict']],
    ['VirtualNode', 'istio', mode('PERMISSIVE'), ['differs spec.listeners[0].tls.mode: tlsStrict']],
    ['VirtualNode', 'istio', mode('DISABLED'), []],
    ['VirtualNode', 'lattice', mode('STRICT'), ['refused spec.listeners[0].tls.mode: latticeTls']],
    ['VirtualNode', 'istio', client({}), ['refused spec.backendDefaults.clientPolicy.tls: clientTls']],
    [
      'VirtualNode',
      'istio',
      client({ enforce: true }),
      ['refused spec.backendDefaults.clientPolicy.tls: clientTls'],
    ],
    [
      'VirtualNode',
      'istio',
      client({ enforce: false }),
      ['differs spec.backendDefaults.clientPolicy.tls: clientTls'],
    ],
    [
      'VirtualNode',
      'lattice',
      client({ enforce: false }),
      ['differs spec.backendDefaults.clientPolicy.tls: latticeClientTls'],
    ],
    [
      'VirtualNode',
      'lattice',
      { listeners: [{ portMapping: { protocol: 'tcp' } }] },
      ['refused spec.listeners[0].portMapping.protocol: tcpLattice'],
    ],
    ['VirtualNode', 'istio', { listeners: [{ portMapping: { protocol: 'tcp' } }] }, []],
    ['VirtualNode', 'lattice', { listeners: [{ portMapping: { protocol: 'grpc' } }] }, []],
    [
      'VirtualNode',
      'lattice',
      { listeners: [{ healthCheck: { protocol: 'grpc' } }] },
      ['differs spec.listeners[0].healthCheck.protocol: healthCheck'],
    ],
    [
      'VirtualNode',
      'lattice',
      { listeners: [{ healthCheck: { protocol: 'tcp' } }] },
      ['differs spec.listeners[0].healthCheck.protocol: healthCheck'],
    ],
    ['VirtualNode', 'lattice', { listeners: [{ healthCheck: { protocol: 'http' } }] }, []],
    [
      'VirtualNode',
      'istio',
      { listeners: [{ healthCheck: { protocol: 'http' } }] },
      ['differs spec.listeners[0].healthCheck: healthCheck'],
    ],
    ['VirtualGateway', 'istio', mode('STRICT'), ['refused spec.listeners[0].tls: gatewayTls']],
    ['VirtualGateway', 'standard', mode('PERMISSIVE'), ['refused spec.listeners[0].tls: gatewayTls']],
    ['VirtualGateway', 'standard', mode('DISABLED'), []],
    ['VirtualGateway', 'lattice', mode('DISABLED'), ['refused spec.listeners: noIngress']],
    ['GatewayRoute', 'lattice', { httpRoute: {} }, ['refused spec.httpRoute: noIngress']],
    ['GatewayRoute', 'istio', { httpRoute: {} }, []],
    ['VirtualRouter', 'istio', { listeners: [] }, []],
    ['BackendGroup', 'istio', { virtualservices: [] }, ['differs spec.virtualservices: backends']],
    ['BackendGroup', 'lattice', { virtualservices: [] }, ['differs spec.virtualservices: latticeBackends']],
  ])('of a %s for class %s in %j are %j', (kind, of, spec, expected) => {
    expect(found(spec, fieldLimits(kind, of))).toEqual(expected);
  });
});
