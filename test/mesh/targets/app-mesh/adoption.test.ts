import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { ResourceName } from '../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { byHand, callsDuring, keysIn, remainsOf, resourceIn, specsIn } from '../../harness/kit.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  anExample,
  aRoute,
  aRouter,
  exampleKeys,
} from '../../harness/manifests.ts';
import { type Manifest, MeshStage } from '../../harness/stage.ts';

const mesh: ResourceName = { kind: 'mesh', meshName: 'shop', name: 'shop' };
const node = (name: string): ResourceName => ({ kind: 'virtualNode', meshName: 'shop', name });
const nodeSpec = (port: number) => ({
  listeners: [{ portMapping: { port, protocol: 'http' } }],
  serviceDiscovery: { dns: { hostname: 'blue.apps.svc.cluster.local' } },
});
const asWanted = nodeSpec(8080);
const otherwise = nodeSpec(9090);
const tags = (cluster: string) => ({ tags: [{ key: clusterTag, value: cluster }] });

/** Made by the old controller: without tags, and the ARN on the object. */
function oldControllerMade(stage: MeshStage, resource: ResourceName, object: Manifest, spec: object): void {
  byHand(stage.engine, 'Create', resource, { spec });
  const live = stage.objects.get(`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`);
  const { arn } = resourceIn(stage.engine, keyOf(resource));
  if (live === undefined) throw new Error(`apply ${object.metadata.name} first`);
  live.status = { [resource.kind === 'mesh' ? 'meshARN' : `${resource.kind}ARN`]: arn };
}

function keyOf({ kind, meshName, parentName, name }: ResourceName): string {
  return kind === 'mesh' ? `mesh/${name}` : [kind, meshName, parentName, name].filter(Boolean).join('/');
}

function isMarkedOurs(stage: MeshStage, key: string): boolean {
  return resourceIn(stage.engine, key).tags[clusterTag] === stage.cluster;
}

describe('what is there already', () => {
  const config = (adopt: string) => ({ config: { appMesh: { adopt } } });

  /** A mesh of ours, and in it what somebody made before the object came. */
  async function withNode(
    options: ConstructorParameters<typeof MeshStage>[0],
    { name, spec, tagged, awsName }: { name: string; spec: object; tagged?: string; awsName?: string },
  ) {
    const stage = new MeshStage(options);
    stage.apply(aNamespace(), aMesh());
    await stage.settle();
    byHand(stage.engine, 'Create', node(name), { spec, ...(tagged !== undefined && tags(tagged)) });
    stage.apply(aNode('blue', awsName === undefined ? {} : { awsName }));
    const calls = await callsDuring(stage, () => stage.settle());
    return { stage, calls, is: stage.activeOf('VirtualNode', 'blue', 'apps') };
  }

  const looked = { CreateVirtualNode: 1, DescribeVirtualNode: 1, ListTagsForResource: 1 };
  const adopted = { ...looked, TagResource: 1 };
  const updated = { UpdateVirtualNode: 1 };
  const default_ = { name: 'blue_apps' };
  const custom = { name: 'b', awsName: 'b' };

  // adopt, what is there, its spec, its tag → calls, whose it is then
  const table = [
    ['old-controller', default_, asWanted, undefined, adopted, 'ours'],
    ['old-controller', default_, otherwise, undefined, { ...adopted, ...updated }, 'ours'],
    [
      'old-controller',
      custom,
      asWanted,
      undefined,
      looked,
      'neither the status of VirtualNode apps/blue nor its name',
    ],
    ['untagged', default_, asWanted, undefined, adopted, 'ours'],
    ['untagged', custom, otherwise, undefined, { ...adopted, ...updated }, 'ours'],
    ['none', default_, asWanted, undefined, looked, 'appMesh.adopt in clusters.yml is none'],
    ['none', custom, otherwise, undefined, looked, 'appMesh.adopt in clusters.yml is none'],
    ['old-controller', default_, otherwise, 'other', looked, 'cluster other'],
    ['untagged', custom, otherwise, 'other', looked, 'cluster other'],
    ['none', default_, otherwise, 'local', { ...looked, ...updated }, 'ours'],
    ['none', default_, asWanted, 'local', looked, 'ours'],
    ['old-controller', custom, otherwise, 'local', { ...looked, ...updated }, 'ours'],
  ] as const;
  const titled = table.map((row) => {
    const [adopt, { name }, spec, tag = 'none', , whose] = row;
    const content = spec === asWanted ? 'as wanted' : 'otherwise';
    return [`adopt ${adopt}: ${name}, ${content}, tag ${tag}: ${whose}`, row] as const;
  });
  it.each(titled)('%s', async (_, [adopt, named, spec, tagged, expected, whose]) => {
    const given = { ...named, spec, ...(tagged !== undefined && { tagged }) };
    const { stage, calls, is } = await withNode(config(adopt), given);
    expect(calls).toEqual(expected);
    const key = keyOf(node(named.name));
    if (whose === 'ours') {
      expect(is).toMatchObject({ is: 'True Applied' });
      expect(isMarkedOurs(stage, key)).toBe(true);
      expect(resourceIn(stage.engine, key).spec).toEqual(asWanted);
    } else {
      expect(is).toMatchObject({ is: 'False Refused', message: expect.stringContaining(whose) });
      expect(resourceIn(stage.engine, key)).toMatchObject({
        spec,
        version: 1,
        tags: tagged === undefined ? {} : { [clusterTag]: tagged },
      });
    }
    expect(await callsDuring(stage, () => stage.reconcile()), 'reported once, and not tried again').toEqual(
      {},
    );
    stage.delete(aNode('blue'));
    await stage.settle();
    expect(keysIn(stage.engine).includes(key), 'only what is ours is deleted').toBe(whose !== 'ours');
    expect([...stage.stores.meshClaims.items.keys()]).toEqual(['local#|| mesh/shop']);
  });

  it('of the old controller, with names of its own, is known by the ARN on the object', async () => {
    const stage = new MeshStage();
    stage.apply(aNamespace(), aMesh(), aNode('blue', { awsName: 'b' }));
    oldControllerMade(stage, mesh, aMesh(), {});
    oldControllerMade(stage, node('b'), aNode('blue'), asWanted);
    stage.queue.length = 0;
    stage.apply(aNamespace(), aMesh(), aNode('blue', { awsName: 'b' }));
    await stage.settle();
    expect(isMarkedOurs(stage, 'mesh/shop')).toBe(true);
    expect(isMarkedOurs(stage, 'virtualNode/shop/b')).toBe(true);
    expect(resourceIn(stage.engine, 'virtualNode/shop/b').version).toBe(1);
  });

  it('of the old controller keeps its ARN on the object until it is taken over, even when the mesh comes last', async () => {
    const stage = new MeshStage();
    stage.apply(aNamespace(), aMesh(), aNode('blue', { awsName: 'b' }));
    oldControllerMade(stage, mesh, aMesh(), {});
    oldControllerMade(stage, node('b'), aNode('blue'), asWanted);
    stage.queue.length = 0;
    stage.apply(aNode('blue', { awsName: 'b' }));
    await stage.settle();
    expect(stage.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({ is: 'False NotMember' });
    stage.apply(aNode('blue', { awsName: 'b' })); // as the relay sends the status we wrote
    await stage.settle();
    stage.apply(aNamespace(), aMesh());
    await stage.settle();
    expect(isMarkedOurs(stage, 'virtualNode/shop/b')).toBe(true);
  });

  it('of the old controller is taken over as a whole, every kind, without a change of what is as it should be', async () => {
    const old = new MeshStage();
    old.apply(...anExample());
    await old.settle();
    for (const { arn } of old.engine.snapshot())
      old.engine.handle('UntagResource', { resourceArn: arn, tagKeys: [clusterTag] });
    const before = specsIn(old.engine);

    const stage = new MeshStage({ engine: old.engine });
    for (const [key, live] of old.objects) stage.objects.set(key, { ...live });
    stage.apply(...anExample());
    const calls = await callsDuring(stage, () => stage.settleInOneRun());
    expect(Object.keys(calls).filter((name) => name.startsWith('Update'))).toEqual([]);
    expect(specsIn(stage.engine)).toEqual(before);
    expect(exampleKeys.filter((key) => !isMarkedOurs(stage, key))).toEqual([]);
    stage.delete(...anExample());
    await stage.settleInOneRun();
    expect(remainsOf(stage)).toEqual([]);
  });

  it('a route by hand in a router of ours is left alone, and taken over when an object names it', async () => {
    const stage = new MeshStage();
    stage.apply(aNamespace(), aMesh(), aNode('blue'), aRouter('color'));
    await stage.settle();
    const route: ResourceName = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'mine' };
    const weightedTargets = [{ virtualNode: 'blue_apps', weight: 1 }];
    const spec = { httpRoute: { match: { prefix: '/mine' }, action: { weightedTargets } } };
    byHand(stage.engine, 'Create', route, { spec });
    await stage.reconcile({ verify: true });
    expect(resourceIn(stage.engine, keyOf(route))).toMatchObject({ version: 1, tags: {} });
    stage.apply(aRouter('color', [aRoute('mine', { blue: 2 })]));
    await stage.settle();
    expect(isMarkedOurs(stage, keyOf(route))).toBe(true);
    expect(resourceIn(stage.engine, keyOf(route))).toMatchObject({ version: 2 });
  });
});
