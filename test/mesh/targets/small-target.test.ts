import { describe, expect, it } from 'vitest';
import { ObjectHarness } from '../../explain/harness/object-harness.ts';
import { failure } from '../harness/engine-state.ts';
import { aNode } from '../harness/manifests.ts';
import { applied, keys, router, SmallHarness, settledHarness, shop } from './small-harness.ts';
import { SmallTarget } from './small-target.ts';

describe('a mesh target that is one file', () => {
  it('a mesh target that is one file creates the resources of all objects after those that they refer to', async () => {
    const harness = new SmallHarness();
    const calls = await harness.callsAfter(...shop);
    expect([...calls].sort()).toEqual(keys.map((key) => `write ${key}`));
    expect(calls[0]).toBe('write Mesh shop');
    expect(calls.slice(3)).toEqual(['write VirtualRouter apps/paths', 'write VirtualService apps/front']);
    expect(keys.map((key) => harness.active(key))).toEqual(keys.map(() => applied));
    expect(harness.engine.calls.size, 'calls of App Mesh').toBe(0);
  });

  it('a mesh target that is one file has no ARN in the status of an object', async () => {
    const harness = await settledHarness();
    expect(Object.keys(harness.statusOf('VirtualRouter', 'paths', 'apps')).sort()).toEqual([
      'conditions',
      'observedGeneration',
    ]);
  });

  it('a mesh target that is one file updates what changed and nothing else', async () => {
    const harness = await settledHarness();
    expect(await harness.callsAfter(...shop)).toEqual([]);
    expect(await harness.callsAfter(router({ blue: 9, green: 1 }))).toEqual([
      'write VirtualRouter apps/paths',
    ]);
    const { spec } = harness.small.documents.get('VirtualRouter apps/paths') ?? {};
    expect(JSON.stringify(spec)).toContain('"weight":9');
  });

  it('a mesh target that is one file deletes the resources of deleted objects before those that they refer to', async () => {
    const harness = await settledHarness();
    const calls = await harness.callsAfterDeleting(...shop.filter(({ kind }) => kind !== 'Namespace'));
    expect(calls.slice(0, 2)).toEqual([
      'delete VirtualService apps/front',
      'delete VirtualRouter apps/paths',
    ]);
    expect(calls.at(-1)).toBe('delete Mesh shop');
    expect(harness.small.documents.size + harness.stores.meshClaims.items.size).toBe(0);
  });

  it('a mesh target that is one file keeps a resource that others still refer to', async () => {
    const harness = await settledHarness();
    expect(await harness.callsAfterDeleting(aNode('green'))).toEqual([]);
    expect(harness.active('VirtualRouter apps/paths')).toMatchObject({ is: 'False ReferenceMissing' });
    expect(await harness.callsAfter(router({ blue: 1 }))).toEqual([
      'write VirtualRouter apps/paths',
      'delete VirtualNode apps/green',
    ]);
  });

  it('a mesh target that is one file writes the reason of a refusal to the object, and tries again once the spec changes', async () => {
    const harness = new SmallHarness();
    harness.small.refused.add('VirtualNode apps/blue');
    await harness.callsAfter(...shop);
    expect(harness.active('VirtualNode apps/blue')).toEqual({
      is: 'False Refused',
      message: 'VirtualNode apps/blue is refused',
    });
    expect(harness.active('VirtualService apps/front').is).toBe('False Pending');
    harness.small.refused.clear();
    expect(await harness.callsAfter()).toEqual([]);
    await harness.callsAfter(aNode('blue', { listeners: [] }));
    expect(keys.map((key) => harness.active(key))).toEqual(keys.map(() => applied));
  });

  it('a mesh target that is one file does not change what others own', async () => {
    const harness = new SmallHarness();
    const foreign = { id: 'x', owner: 'cluster other', write: 1, spec: { by: 'hand' } };
    harness.small.documents.set('VirtualNode apps/blue', foreign);
    await harness.callsAfter(...shop);
    expect(harness.active('VirtualNode apps/blue').message).toContain('belongs to cluster other');
    await harness.callsAfterDeleting(...shop.filter(({ kind }) => kind !== 'Namespace'));
    expect([...harness.small.documents.values()]).toEqual([foreign]);
  });

  it('a mesh target that is one file repairs by a verification what was changed or deleted by hand', async () => {
    const harness = await settledHarness();
    const expected = harness.outcome();
    const blue = harness.small.documents.get('VirtualNode apps/blue');
    if (blue === undefined) throw new Error('expected the document of a node');
    harness.small.documents.set('VirtualNode apps/blue', { ...blue, spec: {} });
    harness.small.documents.delete('VirtualService apps/front');
    harness.small.calls.length = 0;
    await harness.reconcile();
    expect(harness.small.calls).toEqual([]);
    await harness.reconcile({ verify: true });
    expect(harness.small.calls).toEqual(['write VirtualNode apps/blue', 'write VirtualService apps/front']);
    expect(harness.outcome()).toEqual(expected);
  });

  it('a mesh target that is one file is what explain names and plans with', async () => {
    const target = new SmallTarget();
    const harness = new ObjectHarness({ target });
    harness.apply(...shop);
    await harness.settle();
    const { text, cause } = await harness.explained('VirtualRouter paths');
    expect(cause.reason).toBe('the document store matches VirtualRouter apps/paths, as last observed');
    expect(text).toContain('✓ VirtualRouter apps/paths: applied');
    expect(text).toContain('references ✓ VirtualNode apps/green');
    harness.delete(aNode('green'));
    await harness.settle();
    const { text: deleted } = await harness.explained('VirtualNode green');
    expect(deleted).toContain(
      'VirtualNode apps/green cannot be deleted yet: VirtualRouter apps/paths refers to it',
    );
    expect(text + deleted).not.toContain('App Mesh');
  });

  it('a mesh target that is one file ends the same after a crash at any call of a store', async () => {
    const { documents, claims, statuses } = (await settledHarness()).outcome();
    for (let call = 1, isCrashed = true; isCrashed; call++) {
      const harness = new SmallHarness();
      harness.apply(...shop);
      isCrashed = await harness.crashes.run({ call, when: 'after' }, () => harness.settleInOneRun());
      harness.queue.length = 0;
      expect(await failure(() => harness.callsAfter(...shop)), `crash at call ${call}`).toBe('');
      expect(harness.outcome(), `crash at call ${call}`).toEqual({ documents, claims, statuses });
    }
  });
});
