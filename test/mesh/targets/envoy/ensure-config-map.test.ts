import { describe, expect, it } from 'vitest';
import { MeshRun } from '../../../../shared/mesh/mesh-run.ts';
import { ServedKinds } from '../../../../shared/mesh/objects-target/objects-run.ts';
import type { ObjectDesired } from '../../../../shared/mesh/objects-target/plan/object-claim.ts';
import type { Ensure } from '../../../../shared/mesh/plan/steps.ts';
import { ensureConfigMap } from '../../../../shared/mesh/targets/envoy/ensure-config-map.ts';
import type { EnvoyClaim } from '../../../../shared/mesh/targets/envoy/envoy-claim.ts';
import { envoyVersions } from '../../../../shared/mesh/targets/envoy/plan/kinds.ts';
import { ConflictError, RefusedError } from '../../../../shared/model/errors.ts';
import type { MeshDependencies } from '../../../../shared/ports/mesh-ports.ts';
import { MemoryKubernetesObjects } from '../../../fakes/memory-kubernetes-objects.ts';
import { aMesh, aNamespace, aNode, aService, backends } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';
import { proxyTo } from './envoy-harness.ts';
import { filesOf } from './stages/proxy-files.ts';

const directory = directoryOf(aNamespace(), aMesh(), aNode('front', backends('cart')), aService('cart'));
const entry = directory.entries.find(({ id }) => id.name === 'front');
const key = 'ConfigMap/apps/front.virtual-node';
const carried = { 'VirtualService apps/cart': 1 };
const newClusters =
  'ConfigMap apps/front.virtual-node has the new clusters; listeners and routes that use them follow';
const unused =
  'ConfigMap apps/front.virtual-node has the new listeners and routes; what they no longer use is removed';

/** The files of a proxy whose only route leads to the clusters. */
function desiredOf(clusters: readonly string[], spec: object = {}): ObjectDesired {
  return {
    ...{ key, entry, sourceObject: entry?.id, dependsOn: ['Service/apps/blue'] },
    resource: { group: '', kind: 'ConfigMap', namespace: 'apps', name: 'front.virtual-node' },
    fingerprint: clusters.join(),
    spec: { data: filesOf(proxyTo(...clusters)), ...spec },
  } as unknown as ObjectDesired;
}

class World {
  now = 1_000_000;
  readonly kubernetes: MemoryKubernetesObjects;
  readonly puts: EnvoyClaim[] = [];
  private readonly refreshPods: boolean;

  constructor({ refreshPods = true, missingNamespaces = [] as readonly string[] } = {}) {
    this.refreshPods = refreshPods;
    this.kubernetes = new MemoryKubernetesObjects({ missingNamespaces, now: () => this.now });
  }

  get claim(): EnvoyClaim {
    const last = this.puts.at(-1);
    if (last === undefined) throw new Error('there is no claim');
    return last;
  }

  /** One step of a run; answers what is known afterwards. */
  async ensure(desired: ObjectDesired, claim = this.puts.at(-1)): Promise<EnvoyClaim> {
    const put = async (_: string, next: EnvoyClaim) => {
      this.puts.push({ ...next, revision: 1 });
      return this.claim;
    };
    const deps = { clock: { now: () => this.now }, meshClaims: { put } } as unknown as MeshDependencies;
    const run = new MeshRun<EnvoyClaim>(deps, 'local', 'local#envoy', claim ? [claim] : []);
    const options = { refreshPods: this.refreshPods, settleMs: 10_000 };
    const kinds = new ServedKinds(this.kubernetes, 'Envoy', envoyVersions);
    const target = { run, objects: this.kubernetes, kinds, options, directory };
    this.kubernetes.calls.length = 0;
    await ensureConfigMap(target, { desired, claim } as Ensure<EnvoyClaim>);
    return this.claim;
  }

  get verbs(): readonly string[] {
    return this.kubernetes.calls.map((call) => call.split(' ')[0] ?? '');
  }
}

async function started(options: ConstructorParameters<typeof World>[0] = {}): Promise<World> {
  const world = new World(options);
  await world.ensure(desiredOf(['blue', 'red']));
  return world;
}

describe('the first files of a proxy', () => {
  it('are written at once, and nothing is annotated, since there are no pods', async () => {
    const world = await started();
    const { id, ...claim } = world.claim;
    expect(id).toBeDefined();
    expect(claim).toEqual({
      ...{ key, phase: 'applied', fingerprint: 'blue,red', revision: 1, carried },
      resource: desiredOf([]).resource,
      sourceObject: { kind: 'VirtualNode', namespace: 'apps', name: 'front' },
      dependsOn: ['Service/apps/blue'],
      progress: { added: [], retired: [] },
      refresh: undefined,
    });
    expect(world.puts[0]).toMatchObject({ phase: 'claimed', progress: { added: [], retired: [] } });
  });

  it('cost no call as long as they are wanted', async () => {
    const world = await started();
    const before = world.claim;
    expect(await world.ensure(desiredOf(['blue', 'red']))).toEqual(before);
    expect(world.kubernetes.calls).toEqual([]);
  });

  it('keep the Services that parts need which stay as they were', async () => {
    const world = await started();
    const former = {
      ...world.claim,
      dependsOn: ['Service/apps/blue', 'Service/apps/old', 'ConfigMap/apps/x'],
    };
    const kept = desiredOf(['blue', 'red'], { kept: { services: ['shop'], endpoints: [] } });
    expect((await world.ensure(kept, former)).dependsOn).toEqual(['Service/apps/blue', 'Service/apps/old']);
    expect((await world.ensure(desiredOf(['blue', 'red']), former)).dependsOn).toEqual(['Service/apps/blue']);
  });
});

describe('a change of the files of a proxy', () => {
  const digest = expect.stringMatching(/^[0-9a-f]{12}$/);

  it('by one write is done with it, and the pods are annotated a second later', async () => {
    const world = await started();
    const claim = await world.ensure(desiredOf(['red', 'blue']));
    expect(claim).toMatchObject({ phase: 'applied', fingerprint: 'red,blue', carried });
    expect(claim.refresh).toEqual({ digest, times: 0, dueAtMs: world.now + 1000 });
    expect(claim.stage).toBeUndefined();
  });

  it('by several waits after each, until the proxies have read it', async () => {
    const world = await started();
    const desired = desiredOf(['blue', 'green']);
    const first = await world.ensure(desired);
    expect(first).toMatchObject({
      phase: 'claimed',
      stage: { fingerprint: 'blue,green', message: newClusters, dueAtMs: world.now + 10_000 },
      progress: { added: [{ keys: ['green'], dueAtMs: world.now + 10_000 }] },
      refresh: { digest, times: 0, dueAtMs: world.now + 1000 },
    });
    world.now += 9_999;
    await world.ensure(desired);
    expect(world.kubernetes.calls).toEqual([]);
    world.now += 1;
    expect(await world.ensure(desired)).toMatchObject({
      phase: 'claimed',
      stage: { message: unused, dueAtMs: world.now + 10_000 },
      progress: { added: [], retired: [{ keys: ['red'], dueAtMs: world.now + 10_000 }] },
    });
    world.now += 10_000;
    const last = await world.ensure(desired);
    expect(last).toMatchObject({ phase: 'applied', progress: { added: [], retired: [] } });
    expect(last.stage).toBeUndefined();
  });

  it('is looked at again as soon as something else is wanted', async () => {
    const world = await started();
    await world.ensure(desiredOf(['blue', 'green']));
    world.now += 1;
    await world.ensure(desiredOf(['blue', 'green', 'red']));
    expect(world.verbs).toContain('get');
  });

  it('is looked at again if the claim is no longer one of a stage', async () => {
    const world = await started();
    const claim = await world.ensure(desiredOf(['blue', 'green']));
    await world.ensure(desiredOf(['blue', 'green']), { ...claim, phase: 'applied', id: undefined });
    expect(world.verbs).toContain('get');
  });

  it('that has to wait for another one writes nothing, and waits', async () => {
    const world = await started();
    await world.ensure(desiredOf(['blue', 'green']));
    const dueAtMs = world.now + 10_000;
    world.now += 5;
    const claim = await world.ensure({ ...desiredOf(['blue', 'green']), fingerprint: 'other' });
    expect(world.verbs).not.toContain('apply');
    expect(claim.stage).toEqual({ fingerprint: 'other', message: newClusters, dueAtMs });
  });

  it('annotates nothing where that is switched off', async () => {
    const world = await started({ refreshPods: false });
    expect((await world.ensure(desiredOf(['red', 'blue']))).refresh).toBeUndefined();
  });

  it('keeps the annotations that are due if the files stay as they are', async () => {
    const world = await started();
    const refresh = { digest: 'former', times: 1, dueAtMs: 5 };
    const claim = { ...world.claim, fingerprint: 'former', refresh };
    expect((await world.ensure(desiredOf(['blue', 'red']), claim)).refresh).toEqual(refresh);
  });

  it.each([
    ['about to be annotated', { times: 0, afterMs: 500 }, 1_000],
    ['to be annotated later', { times: 0, afterMs: 2_500 }, 2_500],
    ['annotated already', { times: 1, afterMs: 500 }, 3_000],
  ])('annotates pods that were %s when it is time', async (_, { times, afterMs }, expected) => {
    const world = await started();
    const refresh = { digest: 'former', times, dueAtMs: world.now + afterMs };
    const claim = await world.ensure(desiredOf(['red', 'blue']), { ...world.claim, refresh });
    expect(claim.refresh).toEqual({ digest, times: 0, dueAtMs: world.now + expected });
  });
});

describe('a ConfigMap that cannot be written', () => {
  it('since its namespace is missing, is refused', async () => {
    const world = new World({ missingNamespaces: ['apps'] });
    await expect(world.ensure(desiredOf(['blue']))).rejects.toThrow(RefusedError);
    await expect(world.ensure(desiredOf(['blue']))).rejects.toThrow('namespace "apps" not found');
  });

  /** The first writes fail since somebody else replaced the ConfigMap. */
  function conflicting(world: World, count: number): { readonly attempts: () => number } {
    const { apply } = world.kubernetes;
    let attempts = 0;
    world.kubernetes.apply = async (...args) => {
      attempts++;
      if (attempts <= count) throw new ConflictError('replaced');
      return apply.call(world.kubernetes, ...args);
    };
    return { attempts: () => attempts };
  }

  it('since somebody else replaced it, is read again, three times at most', async () => {
    const world = await started();
    const { attempts } = conflicting(world, 2);
    expect(await world.ensure(desiredOf(['red', 'blue']))).toMatchObject({ phase: 'applied' });
    expect(attempts()).toBe(3);
    const other = await started();
    const failing = conflicting(other, 9);
    await expect(other.ensure(desiredOf(['red', 'blue']))).rejects.toThrow('replaced');
    expect(failing.attempts()).toBe(3);
  });

  it('for another reason, is not tried again in this run', async () => {
    const world = await started();
    let attempts = 0;
    world.kubernetes.apply = async () => {
      attempts++;
      throw new Error('the API server is down');
    };
    await expect(world.ensure(desiredOf(['red', 'blue']))).rejects.toThrow('the API server is down');
    expect(attempts).toBe(1);
  });
});
