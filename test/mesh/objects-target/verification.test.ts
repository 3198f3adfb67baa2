import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../../shared/model/errors.ts';
import type { Manifest as ObjectManifest } from '../../../shared/model/kubernetes-object.ts';
import { failure } from '../harness/engine-state.ts';
import { settledHarness } from './objects-harness.ts';

const blue = 'ServiceEntry apps/blue';
const manifest = (spec: Readonly<Record<string, unknown>> = {}, metadata: object = {}): ObjectManifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { namespace: 'apps', name: 'blue', ...metadata },
  spec,
});
const byHand = { manager: 'kubectl', force: true };

describe('a verification of objects', () => {
  it('a verification of unchanged objects is one list for each kind', async () => {
    const harness = await settledHarness();
    harness.kubernetes.calls.length = 0;
    await harness.reconcile({ verify: true });
    const selector = 'app.kubernetes.io/managed-by=eks-mesh-sync,eks-mesh-sync/source=mesh-objects';
    expect(harness.kubernetes.calls.filter((call) => !call.startsWith('discover')).sort()).toEqual([
      `list ServiceEntry ${selector}`,
      `list VirtualService ${selector}`,
    ]);
    const at = harness.clock.now();
    expect((await harness.stores.meshRuns.last('local'))?.verifiedAtMs).toEqual({ istio: at });
  });

  it('a verification repairs what was changed or deleted by hand', async () => {
    const harness = await settledHarness();
    const before = harness.specs();
    harness.kubernetes.write(manifest({ hosts: ['changed'] }), byHand);
    const { uid } = harness.object('VirtualService apps/front').metadata;
    const kind = 'VirtualService';
    const id = { apiVersion: 'networking.istio.io/v1', kind, namespace: 'apps', name: 'front' };
    await harness.kubernetes.delete({ id, uid });
    expect(await harness.changesAfterRun()).toEqual([]);
    expect([...(await harness.changesAfterVerification())].sort()).toEqual([
      'apply ServiceEntry apps/blue',
      'create VirtualService apps/front',
    ]);
    expect(harness.specs()).toEqual(before);
    expect(await harness.changesAfterVerification()).toEqual([]);
  });

  it('a verification ignores a status and fields that others added', async () => {
    const harness = await settledHarness();
    const id = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      namespace: 'apps',
      name: 'blue',
    };
    harness.kubernetes.writeStatus(id, { conditions: [] });
    harness.kubernetes.write(manifest({ exportTo: ['.'] }, { labels: { team: 'a' } }), byHand);
    expect(await harness.changesAfterVerification()).toEqual([]);
    expect(harness.object(blue).spec).toMatchObject({ exportTo: ['.'] });
  });

  it('a list that is refused is skipped, and operators are notified', async () => {
    const harness = await settledHarness();
    const list = harness.kubernetes.list.bind(harness.kubernetes);
    harness.kubernetes.list = async (type, options) => {
      if (type.kind === 'ServiceEntry') throw new PermanentError('listing ServiceEntries is forbidden');
      return list(type, options);
    };
    await harness.reconcile({ verify: true });
    expect(harness.notes.join()).toContain('listing ServiceEntries is forbidden');
    harness.kubernetes.list = async () => {
      throw new PermanentError('forbidden');
    };
    expect(await failure(() => harness.reconcile({ verify: true }))).toBe('forbidden');
  });
});
