import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { ResourceName } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { byHand, callsDuring, keysIn, remainsOf, resourceIn } from '../harness/engine-state.ts';
import { MeshHarness } from '../harness/harness.ts';
import { aNode, aService } from '../harness/manifests.ts';
import { ground, harnessWith, nodeIs, nodeKey, settledWith } from '../harness/settled.ts';

const node: ResourceName = { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' };
const key = nodeKey('blue');
const tagged = (cluster: string) => ({ spec: {}, tags: [{ key: clusterTag, value: cluster }] });
const changed = aNode('blue', { listeners: [{ portMapping: { port: 1, protocol: 'tcp' } }] });

/** Our node is deleted by hand, and another of its name is there. */
async function withAnother(more: Readonly<Record<string, unknown>>): Promise<MeshHarness> {
  const harness = await harnessWith(aNode('blue'));
  byHand(harness.engine, 'Delete', node);
  harness.clock.advance(5_000);
  byHand(harness.engine, 'Create', node, more);
  return harness;
}

describe('what another cluster created in the place of ours', () => {
  it('a resource that another cluster created in the place of ours is not deleted with the object, and the operators are informed', async () => {
    const harness = await withAnother(tagged('other'));
    harness.delete(aNode('blue'));
    const calls = await callsDuring(harness, () => harness.settleInOneRun());
    expect(calls).toEqual({ ListTagsForResource: 1 });
    expect(keysIn(harness.engine)).toContain(key);
    expect(harness.notes).toEqual([
      `cluster local: ${key} is no longer wanted, but was not deleted: its tag ${clusterTag} is other, expected local`,
    ]);
    harness.delete(...ground);
    byHand(harness.engine, 'Delete', node);
    await harness.settleInOneRun();
    expect(remainsOf(harness)).toEqual([]);
  });

  it('a resource that another cluster created in the place of ours is found by the first update, and neither counts as ours nor is deleted', async () => {
    const harness = await withAnother(tagged('other'));
    const calls = await callsDuring(harness, () => settledWith(harness, changed));
    expect(calls).toEqual({ UpdateVirtualNode: 1, ListTagsForResource: 1 });
    const refused = { is: 'False Refused', message: `${key} already exists and belongs to cluster other` };
    expect(nodeIs(harness, 'blue')).toEqual(refused);
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
    await harness.reconcile({ verify: true });
    expect(nodeIs(harness, 'blue')).toEqual(refused);
    harness.delete(aNode('blue'));
    await harness.settleInOneRun();
    expect(resourceIn(harness.engine, key).tags).toEqual({ [clusterTag]: 'other' });
  });

  it('a resource created in the place of ours is ours again if it has our tag, by the one update', async () => {
    const harness = await withAnother(tagged('local'));
    await settledWith(harness, changed);
    expect(nodeIs(harness, 'blue').is).toBe('True Applied');
    expect(await callsDuring(harness, () => harness.reconcile({ verify: true }))).toEqual({
      ListMeshes: 1,
      ListVirtualNodes: 1,
    });
  });
});

describe('what was handed to another cluster by its tag', () => {
  const handOver = (harness: MeshHarness) =>
    harness.engine.handle('TagResource', {
      resourceArn: resourceIn(harness.engine, key).arn,
      tags: [{ key: clusterTag, value: 'west' }],
    });

  it('a resource handed to another cluster by its tag is not deleted with the object that it was made for', async () => {
    const harness = await harnessWith(aNode('blue'));
    handOver(harness);
    harness.delete(aNode('blue'));
    await harness.settleInOneRun();
    expect(keysIn(harness.engine)).toContain(key);
  });

  it('a resource handed to another cluster by its tag is not ours any more when a verification finds its new owner', async () => {
    const harness = await harnessWith(aNode('blue'));
    handOver(harness);
    byHand(harness.engine, 'Update', node, { spec: {} });
    await harness.reconcile({ verify: true });
    expect(nodeIs(harness, 'blue')).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('cluster west'),
    });
    expect(resourceIn(harness.engine, key)).toMatchObject({ version: 2 });
    expect(resourceIn(harness.engine, key).spec).toEqual({});
  });
});

describe('a cluster whose App Mesh is another', () => {
  it('a cluster that changes its App Mesh has no claims there: it reads the new one, and leaves the former one as it is', async () => {
    const former = await harnessWith(aNode('blue'));
    const next = new MeshHarness();
    byHand(next.engine, 'Create', { kind: 'mesh', meshName: 'shop', name: 'shop' });
    byHand(next.engine, 'Create', node, tagged('other'));
    Object.assign(former.deps, { appMesh: next.deps.appMesh });
    former.configure({ appMesh: { roleArn: 'arn:aws:iam::111122223333:role/app-mesh' } });
    await settledWith(former, changed);
    expect(nodeIs(former, 'blue')).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('cluster other'),
    });
    former.delete(aNode('blue'));
    await former.settleInOneRun();
    expect(resourceIn(next.engine, key)).toMatchObject({ version: 1 });
    expect(resourceIn(next.engine, key).spec).toEqual({});
    expect(keysIn(former.engine)).toEqual(['mesh/shop', key]);
  });
});

describe('in our mesh, what a cluster of another account made that has the name of ours', () => {
  it('a resource in our mesh that a cluster of another account made under our name is neither taken over nor deleted', async () => {
    const harness = await harnessWith();
    const shared = { meshName: 'shop', meshOwner: '000000000000' };
    const theirs = { ...shared, virtualNodeName: 'blue_apps', ...tagged('local') };
    harness.engine.handleAs('111122223333', 'CreateVirtualNode', theirs);
    await settledWith(harness, aNode('blue'));
    expect(nodeIs(harness, 'blue')).toMatchObject({
      is: 'False Refused',
      message: `${key} already exists and belongs to account 111122223333`,
    });
    harness.delete(aNode('blue'));
    await harness.settleInOneRun();
    expect(resourceIn(harness.engine, key)).toMatchObject({ resourceOwner: '111122223333', version: 1 });
  });
});

describe('an update that does not find what its spec refers to', () => {
  it('an update whose references are not found does not treat existing resources as deleted', async () => {
    const harness = await harnessWith(aNode('blue'), aService('s', 'node/blue'));
    const { arn } = resourceIn(harness.engine, 'virtualService/shop/s.apps');
    const virtualNodeARN = 'arn:aws:appmesh:us-west-2:000000000000:mesh/shop/virtualNode/nosuch';
    await settledWith(harness, aService('s', undefined, { provider: { virtualNode: { virtualNodeARN } } }));
    expect(harness.engine.calls.get('CreateVirtualService'), 'made once').toBe(1);
    expect(harness.stores.meshClaims.items.get('local#|| virtualService/shop/s.apps')?.id).toBe(arn);
    expect(harness.statusOf('VirtualService', 's', 'apps').virtualServiceARN).toBe(arn);
  });
});
