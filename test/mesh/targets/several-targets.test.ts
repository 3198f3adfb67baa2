import { describe, expect, it } from 'vitest';
import type { ClusterConfig } from '../../../shared/model/cluster-config.ts';
import { PermanentError, RetryableError } from '../../../shared/model/errors.ts';
import type { MeshReconcileRequested } from '../../../shared/model/events/event.ts';
import { ObjectHarness } from '../../explain/harness/object-harness.ts';
import { failure, keysIn } from '../harness/engine-state.ts';
import { aNode } from '../harness/manifests.ts';
import { keys, SmallHarness, shop } from './small-harness.ts';
import { SmallTarget } from './small-target.ts';

const blue = 'VirtualNode apps/blue';
const inBoth = {
  is: 'True Applied',
  message: 'App Mesh: matches the spec; the document store: matches the spec',
};

async function settledInBoth(): Promise<SmallHarness> {
  const harness = new SmallHarness({ withAppMesh: true });
  await harness.callsAfter(...shop);
  return harness;
}

const green = (port: number) => aNode('green', { listeners: [{ portMapping: { port, protocol: 'http' } }] });

describe('a cluster with two mesh targets', () => {
  it('a cluster with two mesh targets has its objects in both, each with its own claims, and one condition', async () => {
    const harness = await settledInBoth();
    expect([...harness.small.documents.keys()].sort()).toEqual(keys);
    expect(keysIn(harness.engine)).toContain('virtualNode/shop/blue_apps');
    expect(keys.map((key) => harness.active(key))).toEqual(keys.map(() => inBoth));
    expect(harness.statusOf('VirtualNode', 'blue', 'apps')).toMatchObject({
      virtualNodeARN: expect.stringContaining('virtualNode/blue_apps'),
      observedGeneration: 1,
    });
    const claimants = [...harness.stores.meshClaims.items.keys()].map((key) => key.split(' ')[0]);
    expect(new Set(claimants).size).toBe(2);
  });

  it('a run of two mesh targets costs no call and no status if nothing changed', async () => {
    const harness = await settledInBoth();
    const [calls, writes] = [new Map(harness.engine.calls), harness.statusWrites];
    expect(await harness.callsAfter()).toEqual([]);
    await harness.reconcile();
    expect(harness.engine.calls).toEqual(calls);
    expect(harness.statusWrites).toBe(writes);
  });

  it('the condition of an object in two mesh targets is True only if both match, with the reason of the first that does not', async () => {
    const harness = new SmallHarness({ withAppMesh: true });
    harness.small.refused.add(blue);
    await harness.callsAfter(...shop);
    expect(harness.active(blue)).toEqual({
      is: 'False Refused',
      message: `App Mesh: matches the spec; the document store: ${blue} is refused`,
    });
    expect(harness.statusOf('VirtualNode', 'blue', 'apps')).toHaveProperty('virtualNodeARN');
  });

  it('the condition of an object states once what is the same in both mesh targets', async () => {
    const harness = await settledInBoth();
    await harness.callsAfter(aNode('blue', { colour: 'red' }));
    expect(harness.active(blue)).toMatchObject({ is: 'False Invalid' });
    expect(harness.active(blue).message).not.toContain('App Mesh');
  });

  it('a run makes progress in one mesh target if the other fails, and retries', async () => {
    const harness = new SmallHarness({ withAppMesh: true });
    const ensure = harness.small.ensure.bind(harness.small);
    harness.small.ensure = async () => {
      throw new RetryableError('the document store is down');
    };
    harness.apply(...shop);
    expect(await failure(() => harness.settleInOneRun())).toBe('the document store is down');
    expect(keysIn(harness.engine)).toContain('virtualService/shop/front.apps');
    expect(harness.active('Mesh shop')).toEqual({
      is: 'False Pending',
      message: 'App Mesh: matches the spec; the document store: is down',
    });
    harness.small.ensure = ensure;
    await harness.reconcile();
    expect(keys.map((key) => harness.active(key))).toEqual(keys.map(() => inBoth));
  });

  it('a run makes progress in one mesh target if the claims of the other cannot be read', async () => {
    const harness = new SmallHarness({ withAppMesh: true });
    const all = harness.stores.meshClaims.all.bind(harness.stores.meshClaims);
    Object.assign(harness.deps, {
      meshClaims: Object.assign(harness.stores.meshClaims, {
        all: (claimant: string) => {
          if (claimant === harness.small.rules.claimant) throw new RetryableError('no claims');
          return all(claimant);
        },
      }),
    });
    harness.apply(...shop);
    expect(await failure(() => harness.settleInOneRun())).toBe('no claims');
    expect(keysIn(harness.engine)).toContain('virtualService/shop/front.apps');
    expect(harness.active(blue)).toMatchObject({
      is: 'False Pending',
      message: 'App Mesh: matches the spec; the document store: has not been reconciled yet',
    });
  });

  it('a run does not wait in one mesh target for the other while that is slow', async () => {
    const harness = new SmallHarness({ withAppMesh: true });
    let end = () => {};
    const isOver = new Promise<void>((resolve) => {
      end = resolve;
    });
    const ensure = harness.small.ensure.bind(harness.small);
    harness.small.ensure = async (run, step) => {
      await isOver;
      await ensure(run, step);
    };
    harness.apply(...shop);
    const settled = harness.settleInOneRun();
    await expect.poll(() => keysIn(harness.engine)).toContain('virtualService/shop/front.apps');
    await expect.poll(() => harness.active(blue).message).toContain('App Mesh: matches the spec');
    expect(harness.small.calls).toEqual([]);
    end();
    await settled;
    expect(keys.map((key) => harness.active(key))).toEqual(keys.map(() => inBoth));
  });

  it('a run is retried for what may pass, even if the other mesh target has refused the request for good', async () => {
    const harness = new SmallHarness({ withAppMesh: true });
    const both = harness.deps.meshTargets;
    const errors = [new PermanentError('access denied'), new RetryableError('the document store is down')];
    Object.assign(harness.deps, {
      meshTargets: (cluster: ClusterConfig) =>
        both(cluster).map((target, index) =>
          Object.assign(target, {
            verify: async () => {
              throw errors[index];
            },
          }),
        ),
    });
    expect(await failure(() => harness.reconcile({ verify: true }))).toBe('the document store is down');
    errors.reverse();
    expect(await failure(() => harness.reconcile({ verify: true }))).toBe('the document store is down');
  });

  it('two mesh targets end the same after a crash at any call of a port', async () => {
    const harness = await settledInBoth();
    const expected = { ...harness.outcome(), resources: keysIn(harness.engine) };
    for (let call = 1, isCrashed = true; isCrashed; call += 3) {
      const crashing = new SmallHarness({ withAppMesh: true });
      crashing.apply(...shop);
      isCrashed = await crashing.crashes.run({ call, when: 'after' }, () => crashing.settleInOneRun());
      crashing.queue.length = 0;
      expect(await failure(() => crashing.callsAfter(...shop)), `crash at call ${call}`).toBe('');
      const { documents, claims, statuses } = crashing.outcome();
      const resources = keysIn(crashing.engine);
      expect({ documents, claims: claims.length, statuses, resources }).toEqual({
        ...{ documents: expected.documents, statuses: expected.statuses, resources: expected.resources },
        claims: expected.claims.length,
      });
    }
  });
});

describe('a verification', () => {
  const lastVerified = async ({ stores }: SmallHarness) =>
    (await stores.meshRuns.last('local'))?.verifiedAtMs;

  it('a verification covers all mesh targets, or the ones that are requested', async () => {
    const harness = await settledInBoth();
    await harness.reconcile({ verify: true });
    const at = harness.clock.now();
    expect(await lastVerified(harness)).toEqual({ 'app-mesh': at, documents: at });
    harness.clock.advance(1_000);
    await harness.reconcile({ verify: true, targets: ['documents'] });
    expect(await lastVerified(harness)).toEqual({ 'app-mesh': at, documents: at + 1_000 });
  });

  it('a verification is continued for the mesh target alone that had no time for it', async () => {
    const harness = await settledInBoth();
    const verify = harness.small.verify.bind(harness.small);
    harness.small.verify = async (run, resources) => {
      await verify(run, resources);
      run.stop();
      run.isVerified = false;
    };
    await harness.reconcile({ verify: true });
    expect(await lastVerified(harness)).toEqual({ 'app-mesh': harness.clock.now() });
    const [next] = harness.queue as MeshReconcileRequested[];
    expect(next).toMatchObject({ verify: true, targets: ['documents'] });
  });
});

describe('a target that is added or removed', () => {
  it('a mesh target that is removed keeps its resources and is dropped from the status', async () => {
    const harness = await settledInBoth();
    const documents = [...harness.small.documents.keys()];
    const both = harness.deps.meshTargets;
    Object.assign(harness.deps, {
      meshTargets: (cluster: ClusterConfig) => both(cluster).slice(0, 1),
    });
    await harness.callsAfter(green(99));
    expect([...harness.small.documents.keys()]).toEqual(documents);
    expect(harness.small.calls).toEqual([]);
    expect(harness.active(blue)).toEqual({ is: 'True Applied', message: 'App Mesh matches the spec' });
    expect(harness.stores.statuses.items.get(`local ${blue}`)?.targets).toBeUndefined();
    Object.assign(harness.deps, { meshTargets: both });
    expect(await harness.callsAfter(green(100))).toEqual(['write VirtualNode apps/green']);
    expect(harness.active(blue)).toEqual(inBoth);
  });

  it('a mesh target that is added takes over statuses of earlier versions, which are of App Mesh alone', async () => {
    const alone = new SmallHarness({ withAppMesh: true });
    const both = alone.deps.meshTargets;
    Object.assign(alone.deps, {
      meshTargets: (cluster: ClusterConfig) => both(cluster).slice(0, 1),
    });
    await alone.callsAfter(...shop);
    const record = alone.stores.statuses.items.get(`local ${blue}`);
    expect(record?.mesh?.condition.message).toBe('App Mesh matches the spec');
    expect(record).not.toHaveProperty('targets');
    Object.assign(alone.deps, { meshTargets: both });
    alone.small.refused.add(blue);
    await alone.reconcile();
    expect(alone.active(blue)).toMatchObject({ is: 'False Refused' });
    expect(alone.active(blue).message).toMatch(/^App Mesh: matches the spec; the document store: /);
  });
});

describe('explain', () => {
  it('explain shows each mesh target, and names the one that does not match', async () => {
    const target = new SmallTarget();
    const harness = new ObjectHarness({ target, withAppMesh: true });
    harness.apply(...shop);
    await harness.settle();
    const good = await harness.explained('VirtualNode blue');
    expect(good.cause).toMatchObject({
      kind: 'InSync',
      reason: `App Mesh matches ${blue}, as last observed; the document store matches ${blue}, as last observed`,
    });
    expect(good.text).toMatch(
      /App Mesh resources\n {2}✓ virtualNode[\s\S]*the document store resources\n {2}✓/,
    );
    expect(good.text).toMatch(/last compared with App Mesh: never, with the document store: never/);
    expect(good.answer).toMatchObject({
      target: 'App Mesh and the document store',
      targets: [{ name: 'app-mesh' }, { name: 'documents', resources: [{ key: blue }] }],
    });
    target.refused.add(blue);
    harness.apply(aNode('blue', { listeners: [{ portMapping: { port: 1, protocol: 'http' } }] }));
    await harness.settle();
    const bad = await harness.explained('VirtualNode blue');
    expect(bad.cause).toMatchObject({
      kind: 'Refused',
      reason: expect.stringMatching(/^the document store: .*is refused/),
    });
  });
});
