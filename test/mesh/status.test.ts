import { describe, expect, it } from 'vitest';
import { callsDuring, failure, outcomeOf, resourceIn } from './harness/engine-state.ts';
import { MeshHarness } from './harness/harness.ts';
import { aNode, aRoute, aRouter, aService } from './harness/manifests.ts';
import { applied, ground, harnessWith, nodeIs, nodeKey, settledWith } from './harness/settled.ts';
import { slow } from './harness/slow.ts';

describe('the status of objects', () => {
  it('the status of objects is written later where the cluster cannot be reached, and kept until then', async () => {
    const harness = new MeshHarness();
    harness.isApiDown = true;
    harness.apply(...ground, aNode('a'));
    await harness.settleInOneRun();
    expect(nodeIs(harness, 'a').is).toBe('none');
    const record = harness.stores.statuses.items.get('local VirtualNode apps/a');
    expect(record).toMatchObject({
      mesh: { condition: { status: 'True' } },
      problem: { code: 'Unavailable', message: 'the API server is down' },
    });
    expect(record?.written).toBeUndefined();
    harness.isApiDown = false;
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
    expect(nodeIs(harness, 'a')).toEqual(applied);
    expect(outcomeOf(harness).unwritten).toEqual([]);
    const writes = harness.statusWrites;
    await harness.reconcile();
    expect(harness.statusWrites).toBe(writes);
  });

  it('the status of objects of a route that is no more is struck also where the cluster could not be reached meanwhile', async () => {
    const harness = await harnessWith(aNode('a'), aRouter('color', [aRoute('old', { a: 1 })]));
    harness.isApiDown = true;
    await settledWith(harness, aRouter('color', [aRoute('middle', { a: 1 })]));
    await settledWith(harness, aRouter('color', [aRoute('new', { a: 1 })]));
    harness.isApiDown = false;
    await harness.reconcile();
    expect(harness.statusOf('VirtualRouter', 'color', 'apps').routeARNs).toEqual({
      new: expect.stringMatching(/route\/new$/),
    });
    const record = harness.stores.statuses.items.get('local VirtualRouter apps/color');
    expect(Object.keys(record?.mesh?.routeArns ?? {}), 'and said once').toEqual(['new']);
  });

  it('the status of objects of an object that was recreated is written again', async () => {
    const harness = await harnessWith(aNode('a'));
    harness.clock.advance(60_000);
    harness.delete(aNode('a'));
    harness.apply(aNode('a'));
    expect(await callsDuring(harness, () => harness.settleInOneRun()), 'the resource stays').toEqual({});
    expect(nodeIs(harness, 'a')).toEqual(applied);
    expect(harness.statusOf('VirtualNode', 'a', 'apps')).toMatchObject({
      observedGeneration: 1,
      virtualNodeARN: resourceIn(harness.engine, nodeKey('a')).arn,
    });
    expect(changedAt(harness)).toBe(new Date(harness.clock.now()).toISOString().replace(/\.\d+/, ''));
  });

  it('the status of objects changes its time with its status only', async () => {
    const harness = await harnessWith(aNode('a'));
    const first = changedAt(harness);
    harness.clock.advance(60_000);
    await settledWith(harness, aNode('a', { listeners: [{ portMapping: { port: 1, protocol: 'http' } }] }));
    expect(changedAt(harness)).toBe(first);
    harness.clock.advance(60_000);
    await settledWith(harness, aNode('a', { colour: 'x' }));
    expect(changedAt(harness)).toBe(new Date(harness.clock.now()).toISOString().replace(/\.\d+/, ''));
  });

  it('the status of objects is written as soon as its own resource is there, whatever the others wait for', async () => {
    const received: string[] = [];
    const harness = new MeshHarness({
      wrap: (deps) => ({
        ...deps,
        statusWriter: (cluster) => {
          const writer = deps.statusWriter(cluster);
          return {
            write: async (object, status) => {
              received.push(`${object.name} with ${harness.engine.snapshot().length}`);
              await writer.write(object, status);
            },
          };
        },
      }),
    });
    harness.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await harness.settleInOneRun();
    expect(received[0]).toBe('shop with 1');
  });

  it('the status of objects that cannot be kept fails the run, without a failure that nobody hears of, and is reported by the next', async () => {
    let refusals = 2;
    const harness = new MeshHarness({
      wrap: (deps) => ({
        ...slow('create')(deps),
        statuses: new Proxy(deps.statuses, {
          get: (store, name) => {
            const member: unknown = Reflect.get(store, name);
            if (name !== 'replace' || refusals-- <= 0)
              return typeof member === 'function' ? member.bind(store) : member;
            return async () => {
              throw new Error('the table is down');
            };
          },
        }),
      }),
    });
    harness.apply(...ground, aNode('a'), aNode('b'), aService('a', 'node/a'));
    expect(await failure(() => harness.settleInOneRun())).toBe('the table is down');
    await harness.reconcile();
    expect(nodeIs(harness, 'a')).toEqual(applied);
    expect(harness.activeOf('Mesh', 'shop')).toEqual(applied);
  });
});

function changedAt(harness: MeshHarness): string | undefined {
  const { conditions } = harness.statusOf('VirtualNode', 'a', 'apps') as {
    conditions: { lastTransitionTime: string }[];
  };
  return conditions[0]?.lastTransitionTime;
}
