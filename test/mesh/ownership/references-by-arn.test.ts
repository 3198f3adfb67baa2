import { describe, expect, it } from 'vitest';
import { byHand, callsDuring, failure, keysIn } from '../harness/kit.ts';
import { aNode, aRoute, aRouter, aService } from '../harness/manifests.ts';
import { applied, nodeKey, settledWith, stageWith } from '../harness/settled.ts';
import type { MeshStage } from '../harness/stage.ts';

function byArn(name: string, node: string) {
  const virtualNodeARN = `arn:aws:appmesh:us-west-2:000000000000:mesh/shop/virtualNode/${node}`;
  return aService(name, undefined, { provider: { virtualNode: { virtualNodeARN } } });
}

const serviceIs = (stage: MeshStage, name: string) => stage.activeOf('VirtualService', name, 'apps');
const listings = { ListMeshes: 1, ListVirtualNodes: 1, ListVirtualServices: 1 };

describe('a reference by the ARN of what nobody knows', () => {
  it('is looked into once, then refused, and in nobody else’s way', async () => {
    const stage = await stageWith(aNode('blue'), aService('s', 'node/blue'));
    stage.clock.advance(60_000);
    stage.apply(byArn('bad', 'nosuch'));
    const calls = await callsDuring(stage, () => stage.settleInOneRun());
    expect(calls).toEqual({ CreateVirtualService: 2, ...listings });
    expect(serviceIs(stage, 'bad')).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('nosuch'),
    });
    const at = stage.clock.now();
    expect(await stage.stores.meshRuns.last('local')).toEqual({ endedAtMs: at, verifiedAtMs: at });
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
    await settledWith(stage, aNode('green'));
    expect(stage.activeOf('VirtualNode', 'green', 'apps')).toEqual(applied);
  });

  it('is tried again by a verification', async () => {
    const stage = await stageWith(byArn('bad', 'by-hand'));
    expect(serviceIs(stage, 'bad').is).toBe('False Refused');
    byHand(stage.engine, 'Create', { kind: 'virtualNode', meshName: 'shop', name: 'by-hand' }, { spec: {} });
    await stage.reconcile({ verify: true });
    expect(serviceIs(stage, 'bad')).toEqual(applied);
  });

  it('is tried again when an object comes that wants the name', async () => {
    const stage = await stageWith(byArn('early', 'blue_apps'));
    expect(serviceIs(stage, 'early').is).toBe('False Refused');
    await settledWith(stage, aNode('blue'));
    expect(serviceIs(stage, 'early')).toEqual(applied);
  });
});

describe('a reference by the ARN of what is ours', () => {
  it('is waited for, whichever comes first', async () => {
    const stage = await stageWith(byArn('s', 'blue_apps'), aNode('blue'));
    expect(serviceIs(stage, 's')).toEqual(applied);
    expect(stage.engine.calls.get('CreateVirtualService')).toBe(1);
  });

  it('keeps it where it is as long as it is referred to', async () => {
    const stage = await stageWith(aNode('blue'), byArn('s', 'blue_apps'));
    stage.delete(aNode('blue'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({});
    expect(keysIn(stage.engine)).toContain(nodeKey('blue'));
    stage.delete(byArn('s', 'blue_apps'));
    await stage.settleInOneRun();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop']);
  });

  it('keeps it also where it was made for an object that came after the reference', async () => {
    const stage = await stageWith();
    byHand(
      stage.engine,
      'Create',
      { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' },
      { spec: {} },
    );
    await settledWith(stage, byArn('s', 'blue_apps'));
    await settledWith(stage, aNode('blue'));
    stage.delete(aNode('blue'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({});
    expect(keysIn(stage.engine)).toContain(nodeKey('blue'));
  });
});

describe('what somebody else refers to', () => {
  it('is waited for twice, then once in every run, and keeps no message back', async () => {
    const stage = await stageWith(aNode('blue'), aRouter('color'));
    const route = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'mine' } as const;
    const weightedTargets = [{ virtualNode: 'blue_apps', weight: 1 }];
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    byHand(stage.engine, 'Create', route, { spec });
    stage.delete(aNode('blue'));
    expect(await failure(() => stage.settleInOneRun())).toContain('is the target of');
    expect(await failure(() => stage.reconcile())).toContain('is the target of');
    const before = stage.clock.now();
    const calls = await callsDuring(stage, () => stage.reconcile());
    expect(calls).toEqual({ ListTagsForResource: 1, DeleteVirtualNode: 1 });
    expect(stage.clock.now()).toBe(before);
    expect((await stage.stores.meshRuns.last('local'))?.endedAtMs).toBe(before);
    expect(stage.notes.at(-1)).toContain(`${nodeKey('blue')} was not deleted`);
    byHand(stage.engine, 'Delete', route);
    stage.clock.advance(5_000);
    await stage.reconcile();
    expect(keysIn(stage.engine)).not.toContain(nodeKey('blue'));
  });
});

describe('a run in which something failed', () => {
  it('is noted all the same, with the verification that it made', async () => {
    const stage = await stageWith(aNode('blue'), aRouter('color', [aRoute('all', { blue: 1 })]));
    byHand(stage.engine, 'Delete', {
      kind: 'route',
      meshName: 'shop',
      parentName: 'color_apps',
      name: 'all',
    });
    stage.clock.advance(60_000);
    stage.engine.faults.failNext('CreateRoute', 'throttle');
    expect(await failure(() => stage.reconcile({ verify: true }))).toContain('TooManyRequests');
    const at = stage.clock.now();
    expect(await stage.stores.meshRuns.last('local')).toEqual({ endedAtMs: at, verifiedAtMs: at });
    await stage.reconcile();
    expect(keysIn(stage.engine)).toContain('route/shop/color_apps/all');
  });

  it('forgets nothing that the verification found, also of what could not be begun', async () => {
    const stage = await stageWith(aNode('blue'), aRouter('color', [aRoute('all', { blue: 1 })]));
    byHand(stage.engine, 'Delete', {
      kind: 'route',
      meshName: 'shop',
      parentName: 'color_apps',
      name: 'all',
    });
    stage.clock.advance(5_000);
    byHand(stage.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' });
    stage.engine.faults.failNext('CreateVirtualNode', 'throttle');
    expect(await failure(() => stage.reconcile({ verify: true }))).toContain('TooManyRequests');
    await stage.reconcile();
    expect(keysIn(stage.engine)).toContain('route/shop/color_apps/all');
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });
});
