import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { ResourceName } from '../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { byHand, callsDuring, keysIn, remainsOf, resourceIn, specsIn } from '../../harness/engine-state.ts';
import { type Manifest, MeshHarness } from '../../harness/harness.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  anExample,
  aRoute,
  aRouter,
  exampleKeys,
} from '../../harness/manifests.ts';

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
function oldControllerMade(
  harness: MeshHarness,
  resource: ResourceName,
  object: Manifest,
  spec: object,
): void {
  byHand(harness.engine, 'Create', resource, { spec });
  const live = harness.objects.get(
    `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
  );
  const { arn } = resourceIn(harness.engine, keyOf(resource));
  if (live === undefined) throw new Error(`apply ${object.metadata.name} first`);
  live.status = { [resource.kind === 'mesh' ? 'meshARN' : `${resource.kind}ARN`]: arn };
}

function keyOf({ kind, meshName, parentName, name }: ResourceName): string {
  return kind === 'mesh' ? `mesh/${name}` : [kind, meshName, parentName, name].filter(Boolean).join('/');
}

function isMarkedOurs(harness: MeshHarness, key: string): boolean {
  return resourceIn(harness.engine, key).tags[clusterTag] === harness.cluster;
}

describe('what is there already', () => {
  const config = (adopt: string) => ({ config: { appMesh: { adopt } } });

  /** A mesh of ours, and in it what somebody made before the object came. */
  async function withNode(
    options: ConstructorParameters<typeof MeshHarness>[0],
    { name, spec, tagged, awsName }: { name: string; spec: object; tagged?: string; awsName?: string },
  ) {
    const harness = new MeshHarness(options);
    harness.apply(aNamespace(), aMesh());
    await harness.settle();
    byHand(harness.engine, 'Create', node(name), { spec, ...(tagged !== undefined && tags(tagged)) });
    harness.apply(aNode('blue', awsName === undefined ? {} : { awsName }));
    const calls = await callsDuring(harness, () => harness.settle());
    return { harness, calls, is: harness.activeOf('VirtualNode', 'blue', 'apps') };
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
    const { harness, calls, is } = await withNode(config(adopt), given);
    expect(calls).toEqual(expected);
    const key = keyOf(node(named.name));
    if (whose === 'ours') {
      expect(is).toMatchObject({ is: 'True Applied' });
      expect(isMarkedOurs(harness, key)).toBe(true);
      expect(resourceIn(harness.engine, key).spec).toEqual(asWanted);
    } else {
      expect(is).toMatchObject({ is: 'False Refused', message: expect.stringContaining(whose) });
      expect(resourceIn(harness.engine, key)).toMatchObject({ spec, version: 1 });
      expect(resourceIn(harness.engine, key).tags).toEqual(
        tagged === undefined ? {} : { [clusterTag]: tagged },
      );
    }
    expect(
      await callsDuring(harness, () => harness.reconcile()),
      'reported once, and not tried again',
    ).toEqual({});
    harness.delete(aNode('blue'));
    await harness.settle();
    expect(keysIn(harness.engine).includes(key), 'only what is ours is deleted').toBe(whose !== 'ours');
    expect([...harness.stores.meshClaims.items.keys()]).toEqual(['local#|| mesh/shop']);
  });

  it('a resource of the old controller with a name of its own is known by the ARN on the object', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh(), aNode('blue', { awsName: 'b' }));
    oldControllerMade(harness, mesh, aMesh(), {});
    oldControllerMade(harness, node('b'), aNode('blue'), asWanted);
    harness.queue.length = 0;
    harness.apply(aNamespace(), aMesh(), aNode('blue', { awsName: 'b' }));
    await harness.settle();
    expect(isMarkedOurs(harness, 'mesh/shop')).toBe(true);
    expect(isMarkedOurs(harness, 'virtualNode/shop/b')).toBe(true);
    expect(resourceIn(harness.engine, 'virtualNode/shop/b').version).toBe(1);
  });

  it('a resource of the old controller keeps its ARN on the object until it is taken over, even when the mesh comes last', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh(), aNode('blue', { awsName: 'b' }));
    oldControllerMade(harness, mesh, aMesh(), {});
    oldControllerMade(harness, node('b'), aNode('blue'), asWanted);
    harness.queue.length = 0;
    harness.apply(aNode('blue', { awsName: 'b' }));
    await harness.settle();
    expect(harness.activeOf('VirtualNode', 'blue', 'apps')).toMatchObject({ is: 'False NotMember' });
    harness.apply(aNode('blue', { awsName: 'b' })); // as the relay sends the status we wrote
    await harness.settle();
    harness.apply(aNamespace(), aMesh());
    await harness.settle();
    expect(isMarkedOurs(harness, 'virtualNode/shop/b')).toBe(true);
  });

  it('the resources of the old controller are taken over as a whole, every kind, without a change of what is as it should be', async () => {
    const old = new MeshHarness();
    old.apply(...anExample());
    await old.settle();
    for (const { arn } of old.engine.snapshot())
      old.engine.handle('UntagResource', { resourceArn: arn, tagKeys: [clusterTag] });
    const before = specsIn(old.engine);

    const harness = new MeshHarness({ engine: old.engine });
    for (const [key, live] of old.objects) harness.objects.set(key, { ...live });
    harness.apply(...anExample());
    const calls = await callsDuring(harness, () => harness.settleInOneRun());
    expect(Object.keys(calls).filter((name) => name.startsWith('Update'))).toEqual([]);
    expect(specsIn(harness.engine)).toEqual(before);
    expect(exampleKeys.filter((key) => !isMarkedOurs(harness, key))).toEqual([]);
    harness.delete(...anExample());
    await harness.settleInOneRun();
    expect(remainsOf(harness)).toEqual([]);
  });

  it('a route by hand in a router of ours is left alone, and taken over when an object names it', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh(), aNode('blue'), aRouter('color'));
    await harness.settle();
    const route: ResourceName = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'mine' };
    const weightedTargets = [{ virtualNode: 'blue_apps', weight: 1 }];
    const spec = { httpRoute: { match: { prefix: '/mine' }, action: { weightedTargets } } };
    byHand(harness.engine, 'Create', route, { spec });
    await harness.reconcile({ verify: true });
    expect(resourceIn(harness.engine, keyOf(route))).toMatchObject({ version: 1 });
    expect(resourceIn(harness.engine, keyOf(route)).tags).toEqual({});
    harness.apply(aRouter('color', [aRoute('mine', { blue: 2 })]));
    await harness.settle();
    expect(isMarkedOurs(harness, keyOf(route))).toBe(true);
    expect(resourceIn(harness.engine, keyOf(route))).toMatchObject({ version: 2 });
  });
});
