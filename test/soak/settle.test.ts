import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Observation, Pod } from './check.ts';
import type { MeshObservation } from './check-mesh.ts';
import { settle } from './settle.ts';

const virtualNode = {
  metadata: { name: 'cart', namespace: 'soak' },
  spec: {
    podSelector: { matchLabels: { app: 'cart' } },
    serviceDiscovery: { awsCloudMap: { namespaceName: 'soak.local', serviceName: 'cart' } },
  },
};
const pod: Pod = {
  metadata: { name: 'cart-1', namespace: 'soak', uid: 'uid-1', labels: { app: 'cart' } },
  status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
};
const differs: Observation = { pods: [pod], virtualNodes: [virtualNode], instances: [] };
const agrees: Observation = { pods: [], virtualNodes: [virtualNode], instances: [] };

const nothing = { virtualNodes: [], virtualRouters: [], routes: [], virtualServices: [] };
const meshAgrees: MeshObservation = { objects: nothing, resources: nothing };
const meshDiffers: MeshObservation = {
  objects: nothing,
  resources: { ...nothing, virtualServices: [{ virtualServiceName: 'cart.soak' }] },
};

/** Answers what was observed, one a time, and the last for ever; each observation of Cloud Map takes a second. */
function observer(
  observations: readonly Observation[],
  waiting: readonly number[] = [0],
  meshes: readonly MeshObservation[] = [meshAgrees],
) {
  const [nextObservation, nextWaiting, nextMesh] = [inTurn(observations), inTurn(waiting), inTurn(meshes)];
  return {
    messages: async () => ({ waiting: nextWaiting(), hidden: 7 }),
    observe: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return nextObservation();
    },
    observeMesh: vi.fn(async () => nextMesh()),
  };
}

function inTurn<Item>(items: readonly Item[]): () => Item {
  let index = 0;
  return () => items[Math.min(index++, items.length - 1)] as Item;
}

describe('the wait after a sweep of the soak', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function settled(...args: Parameters<typeof observer>) {
    return settledOf(observer(...args));
  }

  async function settledOf(observed: ReturnType<typeof observer>) {
    const result = settle(observed, []);
    await vi.advanceTimersByTimeAsync(400_000);
    return result;
  }

  it('the wait after a sweep of the soak ends when nothing differs, twice in a row, though messages are hidden', async () => {
    expect(await settled([differs, agrees, agrees])).toEqual({ found: [], afterMs: 3_000 });
  });

  it('the wait after a sweep of the soak does not trust what agrees once', async () => {
    expect(await settled([agrees, differs, agrees, agrees])).toEqual({ found: [], afterMs: 5_000 });
  });

  it('the wait after a sweep of the soak waits for messages that are to be handled', async () => {
    expect(await settled([agrees], [3, 2, 0])).toEqual({ found: [], afterMs: 3_000 });
  });

  it('the wait after a sweep of the soak does not end while App Mesh differs', async () => {
    expect(await settled([agrees], [0], [meshDiffers, meshAgrees, meshAgrees])).toEqual({
      found: [],
      afterMs: 3_000,
    });
    const { found } = await settled([agrees], [0], [meshDiffers]);
    expect(found).toEqual(['mesh surplus virtual service cart.soak']);
  });

  it('the wait after a sweep of the soak does not read App Mesh while Cloud Map differs, but for its report', async () => {
    const observed = observer([differs], [0], [meshDiffers]);
    const { found } = await settledOf(observed);
    expect(found).toEqual(['missing cart/10.0.0.1 of pod cart-1', 'mesh surplus virtual service cart.soak']);
    expect(observed.observeMesh).toHaveBeenCalledTimes(1);
  });

  it('the wait after a sweep of the soak reports what still differs after 100 seconds', async () => {
    const { found, afterMs } = await settled([differs]);
    expect(found).toEqual(['missing cart/10.0.0.1 of pod cart-1']);
    expect(afterMs).toBeGreaterThan(100_000);
  });

  it('the wait after a sweep of the soak counts the 100 seconds from when no message was to be handled any more', async () => {
    const minute = Array<number>(60).fill(1);
    const { found, afterMs } = await settled([differs], [...minute, 0]);
    expect(found).toHaveLength(1);
    expect(afterMs).toBeGreaterThan(160_000);
  });

  it('the wait after a sweep of the soak reports what differs after four minutes in which messages were to be handled', async () => {
    const { found, afterMs } = await settled([differs], [1]);
    expect(found).toHaveLength(1);
    expect(afterMs).toBeGreaterThan(240_000);
  });
});
