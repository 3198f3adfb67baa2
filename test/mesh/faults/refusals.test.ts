import { describe, expect, it } from 'vitest';
import { byHand, callsDuring, failure, remainsOf } from '../harness/engine-state.ts';
import { aNode, aRoute, aRouter } from '../harness/manifests.ts';
import { applied, ground, harnessWith, nodeKey, settledWith } from '../harness/settled.ts';

describe('what App Mesh refuses', () => {
  /** Two listeners and a route that names no port. */
  const twoPorts = {
    listeners: [8080, 9090].map((port) => ({ portMapping: { port, protocol: 'http' } })),
  };
  const vague = aRouter('color', [aRoute('all', { a: 1 })]);

  it('a spec that App Mesh refuses is reported with its words, and not tried again by runs or events that change nothing of it', async () => {
    const harness = await harnessWith(aNode('a', twoPorts));
    expect(await settledWith(harness, vague)).toBe('');
    const router = () => harness.activeOf('VirtualRouter', 'color', 'apps');
    expect(router()).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('VirtualNode a_apps has multiple listeners; set port'),
    });
    harness.apply(vague, aNode('other'));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({ CreateVirtualNode: 1 });
    expect(router().is).toBe('False Refused');
    expect(await callsDuring(harness, () => harness.reconcile({ verify: true }))).toMatchObject({
      CreateRoute: 1,
    });
    expect(router().is).toBe('False Refused');
  });

  it('a spec that App Mesh refuses is tried again when it changes', async () => {
    const harness = await harnessWith(aNode('a', twoPorts), vague);
    expect(await settledWith(harness, aRouter('color', [aRoute('all', { b: 1 })]), aNode('b'))).toBe('');
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('a spec that App Mesh refuses is tried again when its dependencies change', async () => {
    const harness = await harnessWith(aNode('a', twoPorts), vague);
    harness.apply(aNode('a'));
    expect(await callsDuring(harness, () => harness.settleInOneRun())).toEqual({
      UpdateVirtualNode: 1,
      CreateRoute: 1,
    });
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('what App Mesh refuses because a change of a dependency failed for now is tried again after that change', async () => {
    const harness = await harnessWith(aNode('a', twoPorts), aRouter('color'));
    harness.apply(aNode('a'), vague);
    harness.engine.faults.onCall = (operation) => (operation === 'UpdateVirtualNode' ? 'error' : undefined);
    expect(await failure(() => harness.settleInOneRun())).not.toBe('');
    expect(harness.activeOf('VirtualRouter', 'color', 'apps').message).toContain('multiple listeners');
    harness.engine.faults.reset();
    await harness.reconcile();
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('the listeners of a router that App Mesh refuses are tried again when its routes change', async () => {
    const harness = await harnessWith(aNode('a'), vague);
    const onPort = { match: { prefix: '/', port: 8080 } };
    await settledWith(harness, aRouter('color', [aRoute('all', { a: 1 })], twoPorts));
    expect(harness.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Refused');
    await settledWith(harness, aRouter('color', [aRoute('all', { a: 1 }, onPort)], twoPorts));
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('a refused update leaves what exists, says so, and is taken back by the former spec', async () => {
    const harness = await harnessWith(aNode('a'), aNode('b', twoPorts), vague);
    await settledWith(harness, aRouter('color', [aRoute('all', { b: 1 })]));
    expect(harness.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Refused');
    expect(harness.statusOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      routeARNs: { all: expect.stringContaining('route/all') },
    });
    await settledWith(harness, vague);
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
    harness.delete(aNode('a'), aNode('b'), vague, ...ground);
    await harness.settleInOneRun();
    expect(remainsOf(harness)).toEqual([]);
  });

  it('a refused deletion is not written anywhere but is retried, and keeps its claim', async () => {
    const harness = await harnessWith(aNode('a'));
    byHand(
      harness.engine,
      'Create',
      { kind: 'virtualService', meshName: 'shop', name: 'by-hand' },
      {
        spec: { provider: { virtualNode: { virtualNodeName: 'a_apps' } } },
      },
    );
    harness.delete(aNode('a'));
    expect(await failure(() => harness.settleInOneRun())).toContain('ResourceInUseException');
    expect([...harness.stores.meshClaims.items.keys()]).toContain(`local#|| ${nodeKey('a')}`);
  });
});
