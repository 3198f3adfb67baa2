import { describe, expect, it } from 'vitest';
import { callsDuring } from '../../harness/kit.ts';
import { aGateway, aGatewayRoute, aMesh, aNode, aRoute, aRouter, aService } from '../../harness/manifests.ts';
import { applied, ground, nodeIs, settledWith } from '../../harness/settled.ts';
import { type Manifest, MeshStage } from '../../harness/stage.ts';

describe('a quota', () => {
  const several = (make: (name: string) => Manifest) => ['one', 'two', 'three'].map(make);
  const few = (quotas: Readonly<Record<string, number>>) =>
    new MeshStage({ config: { appMesh: { quotas } } });

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
    const stage = few({ [quota]: 2 });
    stage.apply(...ground, ...manifests);
    await stage.settleInOneRun();
    const received = [...stage.objects.values()].map(({ manifest: { kind, metadata } }) =>
      stage.activeOf(kind, metadata.name, metadata.namespace),
    );
    const refused = received.filter(({ is }) => is === 'False QuotaExceeded');
    expect(refused).toEqual([{ is: 'False QuotaExceeded', message: expect.stringContaining(message) }]);
    expect(await callsDuring(stage, () => stage.reconcile({ verify: false }))).toEqual({});
    const creations = [...stage.engine.calls].filter(([name]) => name.startsWith('Create'));
    expect(creations.reduce((sum, [, count]) => sum + count, 0)).toBe(stage.engine.snapshot().length);
  });

  it('of meshes is found before the call, and named', async () => {
    const stage = few({ meshes: 1 });
    stage.apply(aMesh({}, 'first'), aMesh({}, 'second'));
    await stage.settleInOneRun();
    expect(stage.activeOf('Mesh', 'first')).toEqual(applied);
    expect(stage.activeOf('Mesh', 'second')).toMatchObject({
      is: 'False QuotaExceeded',
      message: expect.stringContaining(
        '"second" was not created: the account has reached the quota meshes of 1 meshes',
      ),
    });
  });

  it('has room again after a deletion in the same run', async () => {
    const stage = few({ virtualNodes: 1 });
    stage.apply(...ground, aNode('old'));
    await stage.settleInOneRun();
    stage.delete(aNode('old'));
    stage.apply(aNode('new'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({
      ListTagsForResource: 1,
      DeleteVirtualNode: 1,
      CreateVirtualNode: 1,
    });
    expect(nodeIs(stage, 'new')).toEqual(applied);
  });

  it('that is lower than clusters.yml says is reported by App Mesh, and tried again when something of ours goes', async () => {
    const quotas = { virtualNodesPerMesh: 1 };
    const stage = new MeshStage({ engineOptions: { settings: { rates: {}, quotas } } });
    stage.apply(...ground, aNode('a'));
    await stage.settleInOneRun();
    expect(await settledWith(stage, aNode('b'))).toBe('');
    expect(nodeIs(stage, 'b')).toMatchObject({
      is: 'False QuotaExceeded',
      message: expect.stringContaining('LimitExceededException'),
    });
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
    stage.delete(aNode('a'));
    await stage.settleInOneRun();
    expect(nodeIs(stage, 'b')).toEqual(applied);
  });
});
