import { describe, expect, it } from 'vitest';
import { ObjectStage } from '../../explain/object-stage.ts';
import { Crashes } from '../harness/crashes.ts';
import { failure } from '../harness/kit.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService } from '../harness/manifests.ts';
import { type Manifest, MeshStage } from '../harness/stage.ts';
import { SmallTarget } from './small-target.ts';

const router = (weights: Readonly<Record<string, number>>) => aRouter('paths', [aRoute('all', weights)]);
const shop: readonly Manifest[] = [
  aNamespace(),
  aService('front', 'router/paths'),
  router({ blue: 1, green: 1 }),
  aNode('blue'),
  aNode('green'),
  aMesh(),
];
const keys = [
  'Mesh shop',
  'VirtualNode apps/blue',
  'VirtualNode apps/green',
  'VirtualRouter apps/paths',
  'VirtualService apps/front',
];
const applied = { is: 'True Applied', message: 'the document store matches the spec' };

/** A cluster whose mesh target is the small one. */
class SmallStage extends MeshStage {
  readonly small: SmallTarget;
  readonly crashes: Crashes;

  constructor() {
    const [target, crashes] = [new SmallTarget(), new Crashes()];
    super({ target, wrap: crashes.wrap });
    this.small = target;
    this.crashes = crashes;
  }

  /** Applies all of it, then reconciles once; answers the calls of the target. */
  async callsAfter(...manifests: readonly Manifest[]): Promise<readonly string[]> {
    this.small.calls.length = 0;
    this.apply(...manifests);
    await this.settleInOneRun();
    return [...this.small.calls];
  }

  async callsAfterDeleting(...manifests: readonly Manifest[]): Promise<readonly string[]> {
    this.delete(...manifests);
    return this.callsAfter();
  }

  outcome() {
    const documents = [...this.small.documents].map(([key, { spec }]) => [key, spec] as const);
    const claims = [...this.stores.meshClaims.items.values()];
    return {
      documents: Object.fromEntries(documents),
      claims: claims.map(({ key, phase, fingerprint }) => `${key} ${phase} ${fingerprint}`),
      statuses: keys.map((key) => this.active(key)),
    };
  }

  active(key: string) {
    const [kind = '', path = ''] = key.split(' ');
    const [name = '', namespace = ''] = path.split('/').reverse();
    return this.activeOf(kind, name, namespace);
  }
}

async function settledStage(): Promise<SmallStage> {
  const stage = new SmallStage();
  await stage.callsAfter(...shop);
  return stage;
}

describe('a mesh target that is one file', () => {
  it('creates the resources of all objects after those that they refer to', async () => {
    const stage = new SmallStage();
    const calls = await stage.callsAfter(...shop);
    expect([...calls].sort()).toEqual(keys.map((key) => `write ${key}`));
    expect(calls[0]).toBe('write Mesh shop');
    expect(calls.slice(3)).toEqual(['write VirtualRouter apps/paths', 'write VirtualService apps/front']);
    expect(keys.map((key) => stage.active(key))).toEqual(keys.map(() => applied));
    expect(stage.engine.calls.size, 'calls of App Mesh').toBe(0);
  });

  it('has no ARN in the status of an object', async () => {
    const stage = await settledStage();
    expect(Object.keys(stage.statusOf('VirtualRouter', 'paths', 'apps')).sort()).toEqual([
      'conditions',
      'observedGeneration',
    ]);
  });

  it('updates what changed and nothing else', async () => {
    const stage = await settledStage();
    expect(await stage.callsAfter(...shop)).toEqual([]);
    expect(await stage.callsAfter(router({ blue: 9, green: 1 }))).toEqual(['write VirtualRouter apps/paths']);
    const { spec } = stage.small.documents.get('VirtualRouter apps/paths') ?? {};
    expect(JSON.stringify(spec)).toContain('"weight":9');
  });

  it('deletes the resources of deleted objects before those that they refer to', async () => {
    const stage = await settledStage();
    const calls = await stage.callsAfterDeleting(...shop.filter(({ kind }) => kind !== 'Namespace'));
    expect(calls.slice(0, 2)).toEqual([
      'delete VirtualService apps/front',
      'delete VirtualRouter apps/paths',
    ]);
    expect(calls.at(-1)).toBe('delete Mesh shop');
    expect(stage.small.documents.size + stage.stores.meshClaims.items.size).toBe(0);
  });

  it('keeps a resource that others still refer to', async () => {
    const stage = await settledStage();
    expect(await stage.callsAfterDeleting(aNode('green'))).toEqual([]);
    expect(stage.active('VirtualRouter apps/paths')).toMatchObject({ is: 'False ReferenceMissing' });
    expect(await stage.callsAfter(router({ blue: 1 }))).toEqual([
      'write VirtualRouter apps/paths',
      'delete VirtualNode apps/green',
    ]);
  });

  it('writes the reason of a refusal to the object, and tries again once the spec changes', async () => {
    const stage = new SmallStage();
    stage.small.refused.add('VirtualNode apps/blue');
    await stage.callsAfter(...shop);
    expect(stage.active('VirtualNode apps/blue')).toEqual({
      is: 'False Refused',
      message: 'VirtualNode apps/blue is refused',
    });
    expect(stage.active('VirtualService apps/front').is).toBe('False Pending');
    stage.small.refused.clear();
    expect(await stage.callsAfter()).toEqual([]);
    await stage.callsAfter(aNode('blue', { listeners: [] }));
    expect(keys.map((key) => stage.active(key))).toEqual(keys.map(() => applied));
  });

  it('does not change what others own', async () => {
    const stage = new SmallStage();
    const foreign = { id: 'x', owner: 'cluster other', write: 1, spec: { by: 'hand' } };
    stage.small.documents.set('VirtualNode apps/blue', foreign);
    await stage.callsAfter(...shop);
    expect(stage.active('VirtualNode apps/blue').message).toContain('belongs to cluster other');
    await stage.callsAfterDeleting(...shop.filter(({ kind }) => kind !== 'Namespace'));
    expect([...stage.small.documents.values()]).toEqual([foreign]);
  });

  it('repairs by a verification what was changed or deleted by hand', async () => {
    const stage = await settledStage();
    const expected = stage.outcome();
    const blue = stage.small.documents.get('VirtualNode apps/blue');
    if (blue === undefined) throw new Error('expected the document of a node');
    stage.small.documents.set('VirtualNode apps/blue', { ...blue, spec: {} });
    stage.small.documents.delete('VirtualService apps/front');
    stage.small.calls.length = 0;
    await stage.reconcile();
    expect(stage.small.calls).toEqual([]);
    await stage.reconcile({ verify: true });
    expect(stage.small.calls).toEqual(['write VirtualNode apps/blue', 'write VirtualService apps/front']);
    expect(stage.outcome()).toEqual(expected);
  });

  it('is what explain names and plans with', async () => {
    const target = new SmallTarget();
    const stage = new ObjectStage({ target });
    stage.apply(...shop);
    await stage.settle();
    const { text, cause } = await stage.explained('VirtualRouter paths');
    expect(cause.reason).toBe('the document store matches VirtualRouter apps/paths, as last observed');
    expect(text).toContain('✓ VirtualRouter apps/paths: applied');
    expect(text).toContain('references ✓ VirtualNode apps/green');
    stage.delete(aNode('green'));
    await stage.settle();
    const { text: deleted } = await stage.explained('VirtualNode green');
    expect(deleted).toContain(
      'VirtualNode apps/green cannot be deleted yet: VirtualRouter apps/paths refers to it',
    );
    expect(text + deleted).not.toContain('App Mesh');
  });

  it('ends the same after a crash at any call of a store', async () => {
    const { documents, claims, statuses } = (await settledStage()).outcome();
    for (let call = 1, isCrashed = true; isCrashed; call++) {
      const stage = new SmallStage();
      stage.apply(...shop);
      isCrashed = await stage.crashes.run({ call, when: 'after' }, () => stage.settleInOneRun());
      stage.queue.length = 0;
      expect(await failure(() => stage.callsAfter(...shop)), `crash at call ${call}`).toBe('');
      expect(stage.outcome(), `crash at call ${call}`).toEqual({ documents, claims, statuses });
    }
  });
});
