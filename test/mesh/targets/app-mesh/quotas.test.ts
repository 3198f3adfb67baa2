import { describe, expect, it } from 'vitest';
import { callsDuring } from '../../harness/engine-state.ts';
import { type Manifest, MeshHarness } from '../../harness/harness.ts';
import { aGateway, aGatewayRoute, aMesh, aNode, aRoute, aRouter, aService } from '../../harness/manifests.ts';
import { applied, ground, nodeIs, settledWith } from '../../harness/settled.ts';

describe('a quota', () => {
  const several = (make: (name: string) => Manifest) => ['one', 'two', 'three'].map(make);
  const few = (quotas: Readonly<Record<string, number>>) =>
    new MeshHarness({ config: { appMesh: { quotas } } });

  it.each([
    [
      'virtualNodes',
      several((name) => aNode(name)),
      'mesh "shop" has reached the quota virtualNodes of 2 virtual nodes',
    ],
    [
      'virtualRouters',
      several((name) => aRouter(name)),
      'mesh "shop" has reached the quota virtualRouters of 2 virtual routers',
    ],
    [
      'virtualServices',
      several((name) => aService(name)),
      'mesh "shop" has reached the quota virtualServices of 2 virtual services',
    ],
    [
      'virtualGateways',
      several((name) => aGateway(name)),
      'mesh "shop" has reached the quota virtualGateways of 2 virtual gateways',
    ],
    [
      'gatewayRoutesPerGateway',
      [aGateway('entry'), aService('a'), ...several((name) => aGatewayRoute(name, 'a'))],
      '"entry_apps" in mesh "shop" has reached the quota gatewayRoutesPerGateway of 2 gateway routes',
    ],
    [
      'routesPerRouter',
      [
        aNode('a'),
        aRouter(
          'color',
          ['one', 'two', 'three'].map((name) => aRoute(name, { a: 1 })),
        ),
      ],
      '"color_apps" in mesh "shop" has reached the quota routesPerRouter of 2 routes',
    ],
    [
      'backendsPerNode',
      [...several((name) => aService(name)), aNode('three', { backendGroups: [{ name: '*' }] })],
      '"three_apps" has 3 backends; the quota backendsPerNode allows at most 2',
    ],
    [
      'weightedTargets',
      [...several((name) => aNode(name)), aRouter('color', [aRoute('three', { one: 1, two: 1, three: 1 })])],
      '"three" has 3 weighted targets; the quota weightedTargets allows at most 2',
    ],
  ] as const)('%s is found before the call, and named', async (quota, manifests, message) => {
    const harness = few({ [quota]: 2 });
    harness.apply(...ground, ...manifests);
    await harness.settleInOneRun();
    const received = [...harness.objects.values()].map(({ manifest: { kind, metadata } }) =>
      harness.activeOf(kind, metadata.name, metadata.namespace),
    );
    const refused = received.filter(({ is }) => is === 'False QuotaExceeded');
    expect(refused).toEqual([{ is: 'False QuotaExceeded', message: expect.stringContaining(message) }]);
    expect(await callsDuring(harness, () => harness.reconcile({ verify: false }))).toEqual({});
    const creations = [...harness.engine.calls].filter(([name]) => name.startsWith('Create'));
    expect(creations.reduce((sum, [, count]) => sum + count, 0)).toBe(harness.engine.snapshot().length);
  });

  it('a quota of meshes is found before the call, and named', async () => {
    const harness = few({ meshes: 1 });
    harness.apply(aMesh({}, 'first'), aMesh({}, 'second'));
    await harness.settleInOneRun();
    expect(harness.activeOf('Mesh', 'first')).toEqual(applied);
    expect(harness.activeOf('Mesh', 'second')).toMatchObject({
      is: 'False QuotaExceeded',
      message: expect.stringContaining(
        '"second" was not created: the account has reached the quota meshes of 1 meshes',
      ),
    });
  });

  it('a quota has room again after a deletion in the same run', async () => {
    const harness = few({ virtualNodes: 1 });
    harness.apply(...ground, aNode('old'));
    await harness.settleInOneRun();
    harness.delete(aNode('old'));
    harness.apply(aNode('new'));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({
      ListTagsForResource: 1,
      DeleteVirtualNode: 1,
      CreateVirtualNode: 1,
    });
    expect(nodeIs(harness, 'new')).toEqual(applied);
  });

  it('a quota that is lower than clusters.yml says is reported by App Mesh, and tried again when something of ours goes', async () => {
    const quotas = { virtualNodesPerMesh: 1 };
    const harness = new MeshHarness({ engineOptions: { settings: { rates: {}, quotas } } });
    harness.apply(...ground, aNode('a'));
    await harness.settleInOneRun();
    expect(await settledWith(harness, aNode('b'))).toBe('');
    expect(nodeIs(harness, 'b')).toMatchObject({
      is: 'False QuotaExceeded',
      message: expect.stringContaining('LimitExceededException'),
    });
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
    harness.delete(aNode('a'));
    await harness.settleInOneRun();
    expect(nodeIs(harness, 'b')).toEqual(applied);
  });
});
