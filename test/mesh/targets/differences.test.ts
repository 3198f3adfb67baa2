import { describe, expect, it } from 'vitest';
import type { Difference } from '../../../shared/mesh/plan/resource.ts';
import { ObjectHarness } from '../../explain/harness/object-harness.ts';
import { aNode } from '../harness/manifests.ts';
import { applied, keys, router, settledHarness, shop } from './small-harness.ts';
import { SmallTarget } from './small-target.ts';

const node = 'VirtualNode apps/blue';
const mode: Difference = {
  path: 'spec.listeners[0].tls.mode',
  effect: 'refused',
  message: 'PERMISSIVE cannot be expressed',
  instead: 'set STRICT',
};
const logs: Difference = {
  path: 'spec.logging',
  effect: 'differs',
  message: 'logs are written elsewhere',
  instead: 'read them there',
};
const changed = aNode('blue', { listeners: [{ portMapping: { port: 99, protocol: 'http' } }] });

describe('a field that the target refuses', () => {
  it('a refused field keeps the last valid state of the object, with a reason of its own', async () => {
    const harness = await settledHarness();
    const before = harness.small.documents.get(node);
    harness.small.differences.set(node, [mode]);
    expect(await harness.callsAfter(changed)).toEqual([]);
    expect(harness.small.documents.get(node)).toEqual(before);
    expect(harness.active(node)).toEqual({
      is: 'False Unsupported',
      message: 'spec.listeners[0].tls.mode: PERMISSIVE cannot be expressed; instead: set STRICT',
    });
    expect(harness.active('VirtualRouter apps/paths'), 'others go on').toEqual(applied);
  });

  it('a refused object is applied once the field is gone', async () => {
    const harness = await settledHarness();
    harness.small.differences.set(node, [mode]);
    await harness.callsAfter(changed);
    harness.small.differences.clear();
    await harness.reconcile();
    expect(harness.small.calls).toEqual([`write ${node}`]);
    expect(keys.map((key) => harness.active(key))).toEqual(keys.map(() => applied));
  });

  it('a refused field creates nothing for an object that was never applied, and nothing that needs it', async () => {
    const harness = await settledHarness();
    await harness.callsAfterDeleting(...shop.filter(({ kind }) => kind !== 'Namespace'));
    harness.small.stated.set(node, [mode]);
    await harness.callsAfter(...shop);
    expect(harness.small.documents.has(node)).toBe(false);
    expect(harness.active(node).is).toBe('False Unsupported');
    expect(harness.active('VirtualRouter apps/paths').message).toContain(`waits for ${node}`);
  });

  it('a refused field keeps also the resources that the object would no longer ask for', async () => {
    const harness = await settledHarness();
    await harness.callsAfter(router({ green: 1 }));
    harness.small.withoutDocument.add(node);
    harness.small.stated.set(node, [mode]);
    expect(await harness.callsAfter(changed)).toEqual([]);
    harness.small.stated.clear();
    harness.small.undecided.add(node);
    expect(await harness.callsAfter(aNode('blue'))).toEqual([]);
    harness.small.undecided.clear();
    await harness.reconcile();
    expect(harness.small.calls).toEqual([`delete ${node}`]);
  });

  it('a refused field is stated on the object that has it, also by the resource of another', async () => {
    const harness = await settledHarness();
    const object = { kind: 'VirtualRouter', namespace: 'apps', name: 'paths' } as const;
    const ofRouter = { ...mode, object, path: 'spec.routes[0].tcpRoute' };
    harness.small.differences.set('VirtualService apps/front', [ofRouter]);
    await harness.callsAfter(router({ blue: 1 }));
    expect(harness.active('VirtualService apps/front').message).toMatch(
      /^VirtualRouter apps\/paths spec\.routes\[0\]\.tcpRoute: PERMISSIVE/,
    );
    expect(harness.active('VirtualRouter apps/paths')).toMatchObject({
      is: 'False Unsupported',
      message: expect.stringMatching(/^spec\.routes\[0\]\.tcpRoute: PERMISSIVE/),
    });
  });
});

describe('a field that differs', () => {
  it('a field that differs is applied and named in the condition', async () => {
    const harness = await settledHarness();
    harness.small.differences.set(node, [logs]);
    expect(await harness.callsAfter(changed)).toEqual([`write ${node}`]);
    expect(harness.active(node)).toEqual({
      is: 'True Applied',
      message:
        'the document store matches the spec, except:\nspec.logging: logs are written elsewhere; instead: read them there',
    });
  });
});

describe('explain', () => {
  it('explain shows what differs, and what is refused as the cause', async () => {
    const target = new SmallTarget();
    target.differences.set(node, [logs]);
    const harness = new ObjectHarness({ target });
    harness.apply(...shop);
    await harness.settle();
    const differing = await harness.explained('VirtualNode blue');
    expect(differing.text).toContain('Differences in the document store');
    expect(differing.text).toContain('spec.logging: logs are written elsewhere; instead: read them there');
    expect(differing.cause.kind).toBe('InSync');
    expect(differing.answer).toMatchObject({ differences: [logs] });
    target.differences.set(node, [mode, logs]);
    const refused = await harness.explained('VirtualNode blue');
    expect(refused.cause).toMatchObject({
      kind: 'Unsupported',
      reason: expect.stringContaining('PERMISSIVE cannot be expressed; instead: set STRICT'),
      advice: expect.stringContaining('docs/mesh/mesh-targets.md'),
    });
  });
});
