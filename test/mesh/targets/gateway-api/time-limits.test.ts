import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
} from '../../harness/manifests.ts';
import { translated } from './harness.ts';

type Spec = Readonly<Record<string, unknown>>;
const cluster = [aNamespace(), aMesh(), aNode('blue'), aNode('red')];
const color = aService('color', 'router/color', { awsName: 'color.apps.svc.cluster.local' });

describe('the time limit of a route to a node with a timeout of 15 s', () => {
  it.each([
    ['standard', {}, undefined],
    ['standard', { perRequest: { unit: 's', value: 5 } }, { request: '5s' }],
    ['amazon-vpc-lattice', {}, undefined],
    ['amazon-vpc-lattice', { perRequest: { unit: 's', value: 5 } }, undefined],
  ])(
    'a route of the class %s with the timeout %j has the time limit %j',
    (gatewayClass, timeout, expected) => {
      const limited = aRoute('only', { blue: 1 });
      const httpRoute = { ...(limited.httpRoute as Spec), timeout };
      const way = [aGateway('entry'), aGatewayRoute('front', 'color')];
      const { objects } = translated(
        [...cluster, color, aRouter('color', [{ ...limited, httpRoute }]), ...way],
        gatewayClass,
      );
      const routes = objects.filter(({ kind }) => kind === 'HTTPRoute');
      expect(routes.length).toBeGreaterThan(0);
      for (const { spec } of routes) expect(spec.rules[0].timeouts).toEqual(expected);
    },
  );
});
