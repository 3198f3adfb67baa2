import { describe, expect, it } from 'vitest';
import { byHand, callsDuring, failure, remainsOf } from '../harness/kit.ts';
import { aNode, aRoute, aRouter } from '../harness/manifests.ts';
import { applied, ground, nodeKey, settledWith, stageWith } from '../harness/settled.ts';

describe('what App Mesh refuses', () => {
  /** Two listeners and a route that names no port. */
  const twoPorts = {
    listeners: [8080, 9090].map((port) => ({ portMapping: { port, protocol: 'http' } })),
  };
  const vague = aRouter('color', [aRoute('all', { a: 1 })]);

  it('is reported with its words, and not tried again, by runs or events that change nothing of it', async () => {
    const stage = await stageWith(aNode('a', twoPorts));
    expect(await settledWith(stage, vague)).toBe('');
    const router = () => stage.activeOf('VirtualRouter', 'color', 'apps');
    expect(router()).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('VirtualNode a_apps has multiple listeners; set port'),
    });
    stage.apply(vague, aNode('other'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({ CreateVirtualNode: 1 });
    expect(router().is).toBe('False Refused');
    expect(await callsDuring(stage, () => stage.reconcile({ verify: true }))).toMatchObject({
      CreateRoute: 1,
    });
    expect(router().is).toBe('False Refused');
  });

  it('is tried again when it changes', async () => {
    const stage = await stageWith(aNode('a', twoPorts), vague);
    expect(await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]), aNode('b'))).toBe('');
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('is tried again when what it needs changes', async () => {
    const stage = await stageWith(aNode('a', twoPorts), vague);
    stage.apply(aNode('a'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({
      UpdateVirtualNode: 1,
      CreateRoute: 1,
    });
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('a router’s listeners are tried again when its routes change', async () => {
    const stage = await stageWith(aNode('a'), vague);
    const onPort = { match: { prefix: '/', port: 8080 } };
    await settledWith(stage, aRouter('color', [aRoute('all', { a: 1 })], twoPorts));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Refused');
    await settledWith(stage, aRouter('color', [aRoute('all', { a: 1 }, onPort)], twoPorts));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('an update leaves what was there, says so, and is taken back by the spec of before', async () => {
    const stage = await stageWith(aNode('a'), aNode('b', twoPorts), vague);
    await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Refused');
    expect(stage.statusOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      routeARNs: { all: expect.stringContaining('route/all') },
    });
    await settledWith(stage, vague);
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
    stage.delete(aNode('a'), aNode('b'), vague, ...ground);
    await stage.settleInOneRun();
    expect(remainsOf(stage)).toEqual([]);
  });

  it('a deletion that is refused is not written anywhere but is retried, and keeps its claim', async () => {
    const stage = await stageWith(aNode('a'));
    byHand(
      stage.engine,
      'Create',
      { kind: 'virtualService', meshName: 'shop', name: 'by-hand' },
      {
        spec: { provider: { virtualNode: { virtualNodeName: 'a_apps' } } },
      },
    );
    stage.delete(aNode('a'));
    expect(await failure(() => stage.settleInOneRun())).toContain('ResourceInUseException');
    expect([...stage.stores.meshClaims.items.keys()]).toContain(`local#|| ${nodeKey('a')}`);
  });
});
