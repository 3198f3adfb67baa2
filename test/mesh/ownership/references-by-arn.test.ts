import { describe, expect, it } from 'vitest';
import { byHand, callsDuring, failure, keysIn } from '../harness/engine-state.ts';
import type { MeshHarness } from '../harness/harness.ts';
import { aNode, aRoute, aRouter, aService } from '../harness/manifests.ts';
import { applied, harnessWith, nodeKey, settledWith } from '../harness/settled.ts';

function byArn(name: string, node: string) {
  const virtualNodeARN = `arn:aws:appmesh:us-west-2:000000000000:mesh/shop/virtualNode/${node}`;
  return aService(name, undefined, { provider: { virtualNode: { virtualNodeARN } } });
}

const serviceIs = (harness: MeshHarness, name: string) => harness.activeOf('VirtualService', name, 'apps');
const listings = { ListMeshes: 1, ListVirtualNodes: 1, ListVirtualServices: 1 };

describe('a reference by the ARN of what nobody knows', () => {
  it('a reference by an unknown ARN is read once, then refused, and blocks nobody else', async () => {
    const harness = await harnessWith(aNode('blue'), aService('s', 'node/blue'));
    harness.clock.advance(60_000);
    harness.apply(byArn('bad', 'nosuch'));
    const calls = await callsDuring(harness, () => harness.settleInOneRun());
    expect(calls).toEqual({ CreateVirtualService: 2, ...listings });
    expect(serviceIs(harness, 'bad')).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('nosuch'),
    });
    const at = harness.clock.now();
    expect(await harness.stores.meshRuns.last('local')).toEqual({
      endedAtMs: at,
      verifiedAtMs: { 'app-mesh': at },
    });
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
    await settledWith(harness, aNode('green'));
    expect(harness.activeOf('VirtualNode', 'green', 'apps')).toEqual(applied);
  });

  it('a reference by an unknown ARN is tried again by a verification', async () => {
    const harness = await harnessWith(byArn('bad', 'by-hand'));
    expect(serviceIs(harness, 'bad').is).toBe('False Refused');
    byHand(
      harness.engine,
      'Create',
      { kind: 'virtualNode', meshName: 'shop', name: 'by-hand' },
      { spec: {} },
    );
    await harness.reconcile({ verify: true });
    expect(serviceIs(harness, 'bad')).toEqual(applied);
  });

  it('a reference by an unknown ARN is tried again when an object wants the name', async () => {
    const harness = await harnessWith(byArn('early', 'blue_apps'));
    expect(serviceIs(harness, 'early').is).toBe('False Refused');
    await settledWith(harness, aNode('blue'));
    expect(serviceIs(harness, 'early')).toEqual(applied);
  });
});

describe('a reference by the ARN of what is ours', () => {
  it('a reference by the ARN of our resource waits for it, whichever comes first', async () => {
    const harness = await harnessWith(byArn('s', 'blue_apps'), aNode('blue'));
    expect(serviceIs(harness, 's')).toEqual(applied);
    expect(harness.engine.calls.get('CreateVirtualService')).toBe(1);
  });

  it('a reference by the ARN of our resource keeps it as long as the reference exists', async () => {
    const harness = await harnessWith(aNode('blue'), byArn('s', 'blue_apps'));
    harness.delete(aNode('blue'));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({});
    expect(keysIn(harness.engine)).toContain(nodeKey('blue'));
    harness.delete(byArn('s', 'blue_apps'));
    await harness.settleInOneRun();
    expect(keysIn(harness.engine)).toEqual(['mesh/shop']);
  });

  it('a reference by the ARN of our resource keeps it also if it was made for an object that came later', async () => {
    const harness = await harnessWith();
    byHand(
      harness.engine,
      'Create',
      { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' },
      { spec: {} },
    );
    await settledWith(harness, byArn('s', 'blue_apps'));
    await settledWith(harness, aNode('blue'));
    harness.delete(aNode('blue'));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({});
    expect(keysIn(harness.engine)).toContain(nodeKey('blue'));
  });
});

describe('what somebody else refers to', () => {
  it('a resource that another program refers to is waited for twice, then once in every run, and delays no message', async () => {
    const harness = await harnessWith(aNode('blue'), aRouter('color'));
    const route = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'mine' } as const;
    const weightedTargets = [{ virtualNode: 'blue_apps', weight: 1 }];
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    byHand(harness.engine, 'Create', route, { spec });
    harness.delete(aNode('blue'));
    expect(await failure(() => harness.settleInOneRun())).toContain('is the target of');
    expect(await failure(() => harness.reconcile())).toContain('is the target of');
    const before = harness.clock.now();
    const calls = await callsDuring(harness, () => harness.reconcile());
    expect(calls).toEqual({ ListTagsForResource: 1, DeleteVirtualNode: 1 });
    expect(harness.clock.now()).toBe(before);
    expect((await harness.stores.meshRuns.last('local'))?.endedAtMs).toBe(before);
    expect(harness.notes.at(-1)).toContain(`${nodeKey('blue')} was not deleted`);
    byHand(harness.engine, 'Delete', route);
    harness.clock.advance(5_000);
    await harness.reconcile();
    expect(keysIn(harness.engine)).not.toContain(nodeKey('blue'));
  });
});

describe('a run in which something failed', () => {
  it('a run in which something failed is recorded all the same, with the verification that it made', async () => {
    const harness = await harnessWith(aNode('blue'), aRouter('color', [aRoute('all', { blue: 1 })]));
    byHand(harness.engine, 'Delete', {
      kind: 'route',
      meshName: 'shop',
      parentName: 'color_apps',
      name: 'all',
    });
    harness.clock.advance(60_000);
    harness.engine.faults.failNext('CreateRoute', 'throttle');
    expect(await failure(() => harness.reconcile({ verify: true }))).toContain('TooManyRequests');
    const at = harness.clock.now();
    expect(await harness.stores.meshRuns.last('local')).toEqual({
      endedAtMs: at,
      verifiedAtMs: { 'app-mesh': at },
    });
    await harness.reconcile();
    expect(keysIn(harness.engine)).toContain('route/shop/color_apps/all');
  });

  it('a run in which something failed keeps all that the verification found, also about what could not be begun', async () => {
    const harness = await harnessWith(aNode('blue'), aRouter('color', [aRoute('all', { blue: 1 })]));
    byHand(harness.engine, 'Delete', {
      kind: 'route',
      meshName: 'shop',
      parentName: 'color_apps',
      name: 'all',
    });
    harness.clock.advance(5_000);
    byHand(harness.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' });
    harness.engine.faults.failNext('CreateVirtualNode', 'throttle');
    expect(await failure(() => harness.reconcile({ verify: true }))).toContain('TooManyRequests');
    await harness.reconcile();
    expect(keysIn(harness.engine)).toContain('route/shop/color_apps/all');
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });
});
