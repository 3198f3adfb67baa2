import { describe, expect, it } from 'vitest';
import { meshDefaults, meshSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/mesh.ts';
import { backendGroupSpec } from '../../../../../shared/model/mesh/kinds/backend-group.ts';
import { meshSpec } from '../../../../../shared/model/mesh/kinds/mesh.ts';

import { type Faulty, faultsOf, type Translated } from '../../../../model/mesh/specs.ts';

describe('the spec of a Mesh', () => {
  it.each<Translated>([
    [{}],
    [{ awsName: 'shop' }, {}],
    [{ namespaceSelector: {} }, {}],
    [{ namespaceSelector: { matchLabels: { mesh: 'shop' } } }, {}],
    [
      {
        namespaceSelector: {
          matchExpressions: [
            { key: 'a', operator: 'In', values: ['b'] },
            { key: 'a', operator: 'NotIn', values: ['c'] },
            { key: 'a', operator: 'Exists' },
            { key: 'b', operator: 'DoesNotExist', values: null },
          ],
        },
      },
      {},
    ],
    [{ meshOwner: '111122223333' }, {}],
    [{ egressFilter: { type: 'ALLOW_ALL' } }],
    [{ egressFilter: { type: 'DROP_ALL' } }],
    [
      { meshServiceDiscovery: { ipPreference: 'IPv6_PREFERRED' } },
      { serviceDiscovery: { ipPreference: 'IPv6_PREFERRED' } },
    ],
    [{ meshServiceDiscovery: {} }, {}],
    [{ egressFilter: null, meshServiceDiscovery: null, namespaceSelector: null, meshOwner: null }, {}],
  ])('%j becomes %j', (spec, input = spec) => {
    expect(meshSpecInput(meshSpec.parse(spec))).toStrictEqual(input);
  });

  it('the spec of a Mesh names the preference by default that a Mesh of its kind of cluster has, if it names none', () => {
    const inIpv6 = (spec: object) => meshSpecInput(meshSpec.parse(spec), meshDefaults({ ipFamily: 'ipv6' }));
    expect(inIpv6({ egressFilter: { type: 'ALLOW_ALL' } })).toStrictEqual({
      egressFilter: { type: 'ALLOW_ALL' },
      serviceDiscovery: { ipPreference: 'IPv6_ONLY' },
    });
    const serviceDiscovery = { ipPreference: 'IPv4_ONLY' };
    expect(inIpv6({ meshServiceDiscovery: serviceDiscovery })).toStrictEqual({ serviceDiscovery });
    expect(meshDefaults({ ipFamily: 'dual' })).toEqual({});
  });

  it.each<Faulty>([
    [{ awsname: 'x' }, 'spec: Unrecognized key: "awsname"'],
    [{ awsName: 'x'.repeat(256) }, 'spec.awsName: Too big: expected string to have <=255 characters'],
    [
      { namespaceSelector: { matchLabel: { mesh: 'shop' } } },
      'spec.namespaceSelector: Unrecognized key: "matchLabel"',
    ],
    [
      { namespaceSelector: { matchLabels: { mesh: true } } },
      'spec.namespaceSelector.matchLabels.mesh: Invalid input: expected string, received boolean',
    ],
    [
      { namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Equals', values: ['b'] }] } },
      'spec.namespaceSelector.matchExpressions[0].operator: Invalid option: expected one of "In"|"NotIn"|"Exists"|"DoesNotExist"',
    ],
    ...[
      { operator: 'In' },
      { operator: 'NotIn', values: [] },
      { operator: 'Exists', values: ['b'] },
      { operator: 'DoesNotExist', values: ['b'] },
    ].map(
      (expression): Faulty => [
        { namespaceSelector: { matchExpressions: [{ key: 'a', ...expression }] } },
        'spec.namespaceSelector.matchExpressions[0].values: expected at least one value with In and NotIn, and none with Exists and DoesNotExist',
      ],
    ),
    [{ egressFilter: {} }, 'spec.egressFilter.type: Invalid option: expected one of "ALLOW_ALL"|"DROP_ALL"'],
    [
      { egressFilter: { type: 'DENY_ALL' } },
      'spec.egressFilter.type: Invalid option: expected one of "ALLOW_ALL"|"DROP_ALL"',
    ],
    [{ meshOwner: '1111-2222-3333' }, 'spec.meshOwner: expected an account ID: 12 digits'],
    [
      { meshServiceDiscovery: { ipPreference: 'IPv6' } },
      'spec.meshServiceDiscovery.ipPreference: Invalid option: expected one of "IPv4_ONLY"|"IPv6_ONLY"|"IPv4_PREFERRED"|"IPv6_PREFERRED"',
    ],
  ])('%j is wrong', (spec, expected) => {
    expect(faultsOf(meshSpec, spec)).toBe(expected);
  });
});

describe('the spec of a BackendGroup', () => {
  it.each<readonly [object]>([
    [{}],
    [{ virtualservices: null, meshRef: null }],
    [{ virtualservices: [], meshRef: { name: 'shop', uid: 'uid-1' } }],
    [{ virtualservices: [{ name: 'orders' }, { name: 'orders', namespace: 'depot' }] }],
    [{ virtualservices: [{ name: '*', namespace: 'depot' }] }],
  ])('%j is valid', (spec) => {
    expect(backendGroupSpec.parse(spec)).toStrictEqual(spec);
  });

  it.each<Faulty>([
    [{ virtualServices: [] }, 'spec: Unrecognized key: "virtualServices"'],
    [
      { virtualservices: [{}] },
      'spec.virtualservices[0].name: Invalid input: expected string, received undefined',
    ],
    [
      { virtualservices: [{ name: 'a' }, { name: 'A' }] },
      "spec.virtualservices[1].name: expected * or a virtual service's name",
    ],
    [
      { virtualservices: [{ name: 'a', namespace: '' }] },
      "spec.virtualservices[0].namespace: expected an object's name: small letters, digits, - and .",
    ],
    [{ meshRef: { name: 'shop' } }, 'spec.meshRef.uid: Invalid input: expected string, received undefined'],
  ])('%j is wrong', (spec, expected) => {
    expect(faultsOf(backendGroupSpec, spec)).toBe(expected);
  });
});
