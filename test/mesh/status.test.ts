import { describe, expect, it } from 'vitest';
import { callsDuring, failure, outcomeOf, resourceIn } from './harness/kit.ts';
import { aNode, aRoute, aRouter, aService } from './harness/manifests.ts';
import { applied, ground, nodeIs, nodeKey, settledWith, stageWith } from './harness/settled.ts';
import { slow } from './harness/slow.ts';
import { MeshStage } from './harness/stage.ts';

describe('the status of objects', () => {
  it('is written later where the cluster cannot be reached, and kept until then', async () => {
    const stage = new MeshStage();
    stage.isApiDown = true;
    stage.apply(...ground, aNode('a'));
    await stage.settleInOneRun();
    expect(nodeIs(stage, 'a').is).toBe('none');
    const record = stage.stores.statuses.items.get('local VirtualNode apps/a');
    expect(record).toMatchObject({
      mesh: { condition: { status: 'True' } },
      problem: { code: 'Unavailable', message: 'the API server is down' },
    });
    expect(record?.written).toBeUndefined();
    stage.isApiDown = false;
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(outcomeOf(stage).unwritten).toEqual([]);
    const writes = stage.statusWrites;
    await stage.reconcile();
    expect(stage.statusWrites).toBe(writes);
  });

  it('of a route that is no more is struck also where the cluster could not be reached meanwhile', async () => {
    const stage = await stageWith(aNode('a'), aRouter('color', [aRoute('old', { a: 1 })]));
    stage.isApiDown = true;
    await settledWith(stage, aRouter('color', [aRoute('middle', { a: 1 })]));
    await settledWith(stage, aRouter('color', [aRoute('new', { a: 1 })]));
    stage.isApiDown = false;
    await stage.reconcile();
    expect(stage.statusOf('VirtualRouter', 'color', 'apps').routeARNs).toEqual({
      new: expect.stringMatching(/route\/new$/),
    });
    const record = stage.stores.statuses.items.get('local VirtualRouter apps/color');
    expect(Object.keys(record?.mesh?.routeArns ?? {}), 'and said once').toEqual(['new']);
  });

  it('of an object that was recreated is written again', async () => {
    const stage = await stageWith(aNode('a'));
    stage.clock.advance(60_000);
    stage.delete(aNode('a'));
    stage.apply(aNode('a'));
    expect(await callsDuring(stage, () => stage.settleInOneRun()), 'the resource stays').toEqual({});
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(stage.statusOf('VirtualNode', 'a', 'apps')).toMatchObject({
      observedGeneration: 1,
      virtualNodeARN: resourceIn(stage.engine, nodeKey('a')).arn,
    });
    expect(changedAt(stage)).toBe(new Date(stage.clock.now()).toISOString().replace(/\.\d+/, ''));
  });

  it('changes its time with its status only', async () => {
    const stage = await stageWith(aNode('a'));
    const first = changedAt(stage);
    stage.clock.advance(60_000);
    await settledWith(stage, aNode('a', { listeners: [{ portMapping: { port: 1, protocol: 'http' } }] }));
    expect(changedAt(stage)).toBe(first);
    stage.clock.advance(60_000);
    await settledWith(stage, aNode('a', { colour: 'x' }));
    expect(changedAt(stage)).toBe(new Date(stage.clock.now()).toISOString().replace(/\.\d+/, ''));
  });

  it('is written as soon as its own resource is there, whatever the others wait for', async () => {
    const received: string[] = [];
    const stage = new MeshStage({
      wrap: (deps) => ({
        ...deps,
        statusWriter: (cluster) => {
          const writer = deps.statusWriter(cluster);
          return {
            write: async (object, status) => {
              received.push(`${object.name} with ${stage.engine.snapshot().length}`);
              await writer.write(object, status);
            },
          };
        },
      }),
    });
    stage.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await stage.settleInOneRun();
    expect(received[0]).toBe('shop with 1');
  });

  it('that cannot be kept fails the run, without a failure that nobody hears of, and is reported by the next', async () => {
    let refusals = 2;
    const stage = new MeshStage({
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
    stage.apply(...ground, aNode('a'), aNode('b'), aService('a', 'node/a'));
    expect(await failure(() => stage.settleInOneRun())).toBe('the table is down');
    await stage.reconcile();
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(stage.activeOf('Mesh', 'shop')).toEqual(applied);
  });
});

function changedAt(stage: MeshStage): string | undefined {
  const { conditions } = stage.statusOf('VirtualNode', 'a', 'apps') as {
    conditions: { lastTransitionTime: string }[];
  };
  return conditions[0]?.lastTransitionTime;
}
