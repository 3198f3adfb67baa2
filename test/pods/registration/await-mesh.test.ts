import { describe, expect, it } from 'vitest';
import { WaitError } from '../../../shared/model/errors.ts';
import { awaitMesh } from '../../../shared/pods/await-mesh.ts';
import type { DesiredInstance } from '../../../shared/pods/plan/desired/desired.ts';
import { aDependencies } from '../../fakes/world.ts';

const instance = {
  ...{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1', attributes: {} },
  ...{ droppedLabels: [], ipFamily: 'ipv4' as const, source: 'VirtualNode front' },
};

/** A pod that arrives `ms` after the system began to wait for the listings. */
function arriving(ms: number | null, wanted: DesiredInstance = { ...instance, lacksMesh: true }) {
  const asked: unknown[] = [];
  const { deps, clock } = aDependencies();
  clock.nowMs = 1_000_000;
  const listed: typeof deps.listings.listed = async (...args) => {
    asked.push(args);
    return { ...(await deps.listings.listed(...args)), waitingSinceMs: ms === null ? null : 1_000_000 - ms };
  };
  const listings = Object.assign(Object.create(deps.listings), { listed });
  return { asked, wait: () => awaitMesh({ ...deps, listings }, 'local', wanted) };
}

describe('a pod whose mesh is unknown', () => {
  it.each([
    [0, 1_000],
    [-5_000, 1_000],
    [2_000, 1_000],
    [10_000, 5_000],
    [29_999, 14_999.5],
  ])('waits after %i ms, for %i ms', async (ms, retryAfterMs) => {
    const { wait, asked } = arriving(ms);
    await expect(wait()).rejects.toBeInstanceOf(WaitError);
    await expect(wait()).rejects.toMatchObject({
      retryAfterMs,
      message:
        'the Meshes and Namespaces of cluster local have not been listed yet, and the mesh of VirtualNode front is unknown',
    });
    expect(asked[0]).toEqual(['local', ['Mesh', 'Namespace']]);
  });

  it.each([
    [30_000, true],
    [1e9, true],
    [null, false],
  ])('does not wait after %s ms; its mesh is still unknown: %s', async (ms, isUnknown) => {
    expect(await arriving(ms).wait()).toBe(isUnknown);
  });

  it('asks for no listing if the pod has its mesh, or needs none', async () => {
    const { wait, asked } = arriving(0, instance);
    expect(await wait()).toBe(false);
    expect(asked).toEqual([]);
  });
});
