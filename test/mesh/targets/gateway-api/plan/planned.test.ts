import { describe, expect, it } from 'vitest';
import { resourceNamed } from '../../../../../shared/mesh/targets/gateway-api/plan/object-name.ts';
import { withGrants } from '../../../../../shared/mesh/targets/gateway-api/plan/planned.ts';

const resource = resourceNamed('HTTPRoute', 'apps', 'way');
const route = { resource, spec: { rules: [] } };
const to = (...services: readonly string[]) => ({
  backends: services.map((service, index) => {
    const [namespace = '', name = ''] = service.split('/');
    return { namespace, name, port: 8080 + index, weight: 1 };
  }),
});
const grant = (namespace: string, ...names: readonly string[]) => ({
  resource: resourceNamed(
    'ReferenceGrant',
    namespace,
    expect.stringMatching(/^httproute-apps-way-[0-9a-f]{8}$/),
  ),
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'apps' }],
    to: names.map((name) => ({ group: '', kind: 'Service', name })),
  },
  refersTo: [],
});

describe('a route with its permissions', () => {
  it('refers to the Services of its namespace without any', () => {
    expect(withGrants(route, [to('apps/blue', 'apps/green'), to('apps/blue')])).toEqual([
      { ...route, refersTo: ['Service/apps/blue', 'Service/apps/green'] },
    ]);
  });

  it('without backends refers to what is given alone', () => {
    expect(withGrants(route, [])).toEqual([{ ...route, refersTo: [] }]);
    expect(withGrants(route, [to()], ['a', 'b'])).toEqual([{ ...route, refersTo: ['a', 'b'] }]);
  });

  it('has one in each other namespace, with all Services there, and refers to it', () => {
    const actions = [to('far/a', 'apps/blue'), to('other/c', 'far/b'), to('far/a')];
    const [written, ...grants] = withGrants(route, actions, ['Gateway']);
    expect(grants).toEqual([grant('far', 'a', 'b'), grant('other', 'c')]);
    const [first, second] = grants.map(({ resource: { name, namespace } }) => ({ name, namespace }));
    expect(written).toEqual({
      ...route,
      refersTo: [
        'Gateway',
        ...['Service/far/a', 'Service/apps/blue', 'Service/other/c', 'Service/far/b'],
        `ReferenceGrant/far/${first?.name}`,
        `ReferenceGrant/other/${second?.name}`,
      ],
    });
  });

  it('has others than a route of another kind or namespace with its name', () => {
    const named = (kind: string, namespace: string) =>
      withGrants({ resource: resourceNamed(kind, namespace, 'way'), spec: {} }, [to('far/a')])[1]?.resource
        .name;
    expect(
      new Set([named('HTTPRoute', 'apps'), named('GRPCRoute', 'apps'), named('HTTPRoute', 'apps2')]).size,
    ).toBe(3);
  });
});
