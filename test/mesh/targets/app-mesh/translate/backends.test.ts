import { describe, expect, it } from 'vitest';
import { virtualNodeSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-node.ts';
import { virtualNodeSpec } from '../../../../../shared/model/mesh/kinds/virtual-node.ts';
import { type Faulty, faultsOf, type Translated } from '../../../../model/mesh/specs.ts';
import { aResolver, arn, expectedArn, expectedName } from './harness.ts';

const resolver = {
  ...aResolver(),
  backendGroup: ({ name, namespace }: { name: string; namespace?: string | null | undefined }) =>
    new Set(['z', 'orders', 'a'].map((service) => `${service}.${namespace ?? name}`)),
};
const input = (spec: unknown) => virtualNodeSpecInput(virtualNodeSpec.parse(spec), resolver);
const faults = (spec: unknown) => faultsOf(virtualNodeSpec, spec);

const byRef = (name: string, more: object = {}) => ({
  virtualService: { virtualServiceRef: { name, ...more } },
});
const byArn = (name: string) => ({ virtualService: { virtualServiceARN: arn('virtualService', name) } });
const named = (virtualServiceName: string) => ({ virtualService: { virtualServiceName } });
const trust = { sds: { secretName: 'orders' } };
const withPolicy = ({ virtualService }: ReturnType<typeof byArn>, clientPolicy: object) => ({
  virtualService: { ...virtualService, clientPolicy },
});
const acm = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1';

describe('the backends of a VirtualNode', () => {
  it.each<Translated>([
    [{ backends: [] }, {}],
    [{ backendGroups: [] }, {}],
    [{ backends: [byRef('orders')] }, { backends: [named('orders.shop')] }],
    [{ backends: [byRef('orders', { namespace: 'depot' })] }, { backends: [named('orders.depot')] }],
    [{ backends: [byRef('orders', { namespace: null })] }, { backends: [named('orders.shop')] }],
    [{ backends: [byArn('orders.example.com')] }, { backends: [named('orders.example.com')] }],
    [
      { backends: [byRef('b'), byArn('a'), byRef('c')] },
      { backends: [named('b.shop'), named('a'), named('c.shop')] },
    ],
    [{ backends: [byRef('a'), byArn('a.shop')] }, { backends: [named('a.shop')] }],
    [
      { backends: [byRef('a'), withPolicy(byArn('a.shop'), { tls: { validation: { trust } } })] },
      { backends: [named('a.shop')] },
    ],
    [
      { backendGroups: [{ name: 'all' }] },
      { backends: [named('a.all'), named('orders.all'), named('z.all')] },
    ],
    [
      {
        backendGroups: [
          { name: '*', namespace: 'depot' },
          { name: 'some', namespace: 'depot' },
        ],
      },
      { backends: [named('a.depot'), named('orders.depot'), named('z.depot')] },
    ],
    [
      { backends: [byRef('orders', { namespace: 'all' })], backendGroups: [{ name: 'all' }] },
      { backends: [named('orders.all'), named('a.all'), named('z.all')] },
    ],
    [
      {
        backends: [
          {
            virtualService: {
              virtualServiceRef: { name: 'a' },
              virtualServiceARN: null,
              clientPolicy: { tls: { validation: { trust: { acm: { certificateAuthorityARNs: [acm] } } } } },
            },
          },
          { virtualService: { virtualServiceRef: { name: 'b' }, clientPolicy: null } },
        ],
      },
      {
        backends: [
          {
            virtualService: {
              virtualServiceName: 'a.shop',
              clientPolicy: { tls: { validation: { trust: { acm: { certificateAuthorityArns: [acm] } } } } },
            },
          },
          named('b.shop'),
        ],
      },
    ],
  ])('%j become %j', (spec, expected = spec) => {
    expect(input(spec)).toStrictEqual(expected);
  });

  it('the problems of the backends say where their references are', () => {
    const asked = aResolver();
    const groups: string[] = [];
    const backendGroup = (_: unknown, path: string) => {
      groups.push(path);
      return new Set<string>();
    };
    const spec = { backends: [byArn('a'), byRef('b')], backendGroups: [{ name: 'c' }, { name: 'd' }] };
    virtualNodeSpecInput(virtualNodeSpec.parse(spec), { ...asked, backendGroup });
    expect([...asked.asked, ...groups]).toEqual([
      'VirtualService spec.backends[1].virtualService.virtualServiceRef',
      'spec.backendGroups[0]',
      'spec.backendGroups[1]',
    ]);
  });

  const path = 'spec.backends[0].virtualService';
  const one = 'expected exactly one of virtualServiceRef, virtualServiceARN; found';
  const once = (name: string) => `expected each virtual service once; ${name} is also an earlier backend`;
  it.each<Faulty>([
    [{ backends: [{}] }, `${path}: Invalid input: expected object, received undefined`],
    [{ backends: [{ virtualService: {} }] }, `${path}: ${one} none`],
    [
      { backends: [{ virtualService: { ...byRef('a').virtualService, ...byArn('a').virtualService } }] },
      `${path}: ${one} virtualServiceRef and virtualServiceARN`,
    ],
    [{ backends: [byRef('A')] }, `${path}.virtualServiceRef.name: ${expectedName}`],
    [{ backends: [byRef('a', { namespace: 'B' })] }, `${path}.virtualServiceRef.namespace: ${expectedName}`],
    [{ backends: [byRef('a', { uid: 'x' })] }, `${path}.virtualServiceRef: Unrecognized key: "uid"`],
    ...['orders', arn('virtualNode', 'orders'), 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop'].map(
      (virtualServiceARN): Faulty => [
        { backends: [{ virtualService: { virtualServiceARN } }] },
        `${path}.virtualServiceARN: ${expectedArn('virtualService')}`,
      ],
    ),
    [
      { backends: [{ virtualService: { ...byRef('a').virtualService, clientPolicy: { tls: {} } } }] },
      `${path}.clientPolicy.tls.validation: Invalid input: expected object, received undefined`,
    ],
    [
      {
        backends: [
          {
            virtualService: {
              ...byRef('a').virtualService,
              clientPolicy: { tls: { validation: { trust } } },
            },
          },
          byRef('a'),
        ],
      },
      `spec.backends[1].virtualService: ${once('a')}`,
    ],
    [
      { backends: [byRef('a', { namespace: 'b' }), byRef('a'), byRef('a', { namespace: 'b' })] },
      `spec.backends[2].virtualService: ${once('b/a')}`,
    ],
    [
      { backends: [byArn('a'), byArn('a')] },
      `spec.backends[1].virtualService: ${once(arn('virtualService', 'a'))}`,
    ],
    [
      { backendGroups: [{}] },
      'spec.backendGroups[0].name: Invalid input: expected string, received undefined',
    ],
    [{ backendGroups: [{ name: 'a*' }] }, "spec.backendGroups[0].name: expected * or a backend group's name"],
    [{ backendGroups: ['a'] }, 'spec.backendGroups[0]: Invalid input: expected object, received string'],
  ])('%j are wrong', (spec, expected) => {
    expect(faults(spec)).toBe(expected);
  });
});
