import { describe, expect, it } from 'vitest';
import { virtualServiceSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-service.ts';
import { virtualServiceSpec } from '../../../../../shared/model/mesh/kinds/virtual-service.ts';
import { faultsOf } from '../../../../model/mesh/specs.ts';
import { aResolver, arn, expectedArn, expectedName } from './harness.ts';

const node = (virtualNode: unknown) => ({ provider: { virtualNode } });
const router = (virtualRouter: unknown) => ({ provider: { virtualRouter } });
const byNode = (virtualNodeName: string) => ({ provider: { virtualNode: { virtualNodeName } } });
const byRouter = (virtualRouterName: string) => ({ provider: { virtualRouter: { virtualRouterName } } });

describe('a VirtualService in App Mesh', () => {
  it.each([
    ['nothing', {}, {}],
    ['null for nothing', { awsName: null, provider: null, meshRef: null }, {}],
    ['awsName', { awsName: 'orders.example.com' }, {}],
    ['meshRef', { meshRef: { name: 'shop', uid: 'uid-1' } }, {}],
    ['virtualNodeRef', node({ virtualNodeRef: { name: 'orders' } }), byNode('orders_shop')],
    ['its namespace', node({ virtualNodeRef: { name: 'orders', namespace: 'x' } }), byNode('orders_x')],
    ['its null namespace', node({ virtualNodeRef: { name: 'a.b', namespace: null } }), byNode('a.b_shop')],
    ['virtualNodeARN', node({ virtualNodeARN: arn('virtualNode', 'a_b') }), byNode('a_b')],
    ['virtualRouterRef', router({ virtualRouterRef: { name: 'orders' } }), byRouter('orders_shop')],
    ['its namespace', router({ virtualRouterRef: { name: 'a', namespace: 'x' } }), byRouter('a_x')],
    ['virtualRouterARN', router({ virtualRouterARN: arn('virtualRouter', 'a_b') }), byRouter('a_b')],
    [
      'one provider and null for the other',
      {
        provider: {
          virtualNode: { virtualNodeRef: { name: 'a' }, virtualNodeARN: null },
          virtualRouter: null,
        },
      },
      byNode('a_shop'),
    ],
  ])('%s', (_, spec, expected) => {
    expect(virtualServiceSpecInput(virtualServiceSpec.parse(spec), aResolver())).toEqual(expected);
  });

  it.each([
    [node({ virtualNodeRef: { name: 'a' } }), 'VirtualNode spec.provider.virtualNode.virtualNodeRef'],
    [
      router({ virtualRouterRef: { name: 'a' } }),
      'VirtualRouter spec.provider.virtualRouter.virtualRouterRef',
    ],
  ])('a VirtualService in App Mesh says where its reference stands: %j', (spec, asked) => {
    const resolver = aResolver();
    virtualServiceSpecInput(virtualServiceSpec.parse(spec), resolver);
    expect(resolver.asked).toEqual([asked]);
  });
});

describe('faults of a VirtualService', () => {
  it.each([
    [{ awsName: 1 }, 'spec.awsName: Invalid input: expected string, received number'],
    [{ awsName: 'x'.repeat(256) }, 'spec.awsName: Too big: expected string to have <=255 characters'],
    [{ meshRef: { name: 'shop' } }, 'spec.meshRef.uid: Invalid input: expected string, received undefined'],
    [{ provider: {} }, 'spec.provider: expected exactly one of virtualNode, virtualRouter; found none'],
    [{ provider: 'orders' }, 'spec.provider: Invalid input: expected object, received string'],
    [
      {
        provider: {
          virtualNode: { virtualNodeRef: { name: 'a' } },
          virtualRouter: { virtualRouterRef: { name: 'a' } },
        },
      },
      'spec.provider: expected exactly one of virtualNode, virtualRouter; found virtualNode and virtualRouter',
    ],
    [
      node({}),
      'spec.provider.virtualNode: expected exactly one of virtualNodeRef, virtualNodeARN; found none',
    ],
    [
      node({ virtualNodeRef: { name: 'a' }, virtualNodeARN: arn('virtualNode', 'a') }),
      'spec.provider.virtualNode: expected exactly one of virtualNodeRef, virtualNodeARN; found virtualNodeRef and virtualNodeARN',
    ],
    [
      node({ virtualNodeRef: 'a' }),
      'spec.provider.virtualNode.virtualNodeRef: Invalid input: expected object, received string',
    ],
    [
      node({ virtualNodeRef: { name: 'A_b' } }),
      `spec.provider.virtualNode.virtualNodeRef.name: ${expectedName}`,
    ],
    [
      node({ virtualNodeRef: { name: 'a', namespace: '*' } }),
      `spec.provider.virtualNode.virtualNodeRef.namespace: ${expectedName}`,
    ],
    [
      node({ virtualNodeARN: arn('virtualRouter', 'a') }),
      `spec.provider.virtualNode.virtualNodeARN: ${expectedArn('virtualNode')}`,
    ],
    [
      router({}),
      'spec.provider.virtualRouter: expected exactly one of virtualRouterRef, virtualRouterARN; found none',
    ],
    [
      router({ virtualRouterRef: {} }),
      'spec.provider.virtualRouter.virtualRouterRef.name: Invalid input: expected string, received undefined',
    ],
    [
      router({ virtualRouterARN: 'orders' }),
      `spec.provider.virtualRouter.virtualRouterARN: ${expectedArn('virtualRouter')}`,
    ],
    [{ providers: {} }, 'spec: Unrecognized key: "providers"'],
  ])('%j', (spec, received) => {
    expect(faultsOf(virtualServiceSpec, spec)).toBe(received);
  });
});
