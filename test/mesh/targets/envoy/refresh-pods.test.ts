import { describe, expect, it } from 'vitest';
import { MeshRun } from '../../../../shared/mesh/mesh-run.ts';
import { ServedKinds } from '../../../../shared/mesh/objects-target/objects-run.ts';
import type { EnvoyClaim } from '../../../../shared/mesh/targets/envoy/envoy-claim.ts';
import { refreshPods } from '../../../../shared/mesh/targets/envoy/refresh-pods.ts';
import { ConflictError, NotFoundError } from '../../../../shared/model/errors.ts';
import type { LiveObject } from '../../../../shared/model/kubernetes-object.ts';
import type { KubernetesObjects } from '../../../../shared/ports/kubernetes-objects.ts';
import type { MeshDependencies } from '../../../../shared/ports/mesh-ports.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aGateway, aMesh, aNamespace, aNode } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';

const start = 1_000_000;
const podSelector = { matchLabels: { app: 'blue', tier: 'web' } };
const node = aNode('blue', { podSelector });
const manifests = [aNamespace(), aMesh()];

function claimOf(name: string, part: Partial<EnvoyClaim> = {}): EnvoyClaim {
  return {
    key: name,
    resource: { group: '', kind: 'ConfigMap', namespace: 'apps', name: `${name}.virtual-node` },
    sourceObject: { kind: 'VirtualNode', namespace: 'apps', name },
    ...{
      dependsOn: [],
      fingerprint: 'f',
      phase: 'applied',
      id: 'uid',
      version: 1,
      createdAtMs: 1,
      revision: 1,
    },
    refresh: { digest: 'd1', times: 0, dueAtMs: start },
    ...part,
  };
}

function aPod(
  name: string,
  spec: object = volumesOf({ configMap: { name: 'blue.virtual-node' } }),
  phase = 'Running',
) {
  const metadata = { name, namespace: 'apps', uid: `uid-${name}`, resourceVersion: '1' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase } } as unknown as LiveObject;
}
function volumesOf(...volumes: readonly object[]) {
  return { volumes };
}

interface Given {
  readonly claims?: readonly EnvoyClaim[];
  readonly objects?: readonly Manifest[];
  readonly pods?: readonly LiveObject[];
  /** Thrown by the annotation of a pod, by its name. */
  readonly failures?: Readonly<Record<string, unknown>>;
  readonly elapsedMs?: number;
}

/** Answers what refreshing did. */
async function refreshed({
  claims = [claimOf('blue')],
  objects = [node],
  pods = [aPod('p')],
  failures = {},
  elapsedMs = 0,
}: Given) {
  const calls: string[] = [];
  const notes: string[] = [];
  const sleeps: number[] = [];
  let now = start - elapsedMs;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      sleeps.push(ms);
      now += ms;
    },
  };
  const kubernetes = {
    list: async (
      _: unknown,
      { namespace, labelSelector = 'all' }: { namespace: string; labelSelector?: string },
    ) => {
      calls.push(`list ${namespace} ${labelSelector}`);
      return pods;
    },
    annotate: async (
      { id, uid }: { id: { name: string }; uid: string },
      all: Readonly<Record<string, string>>,
    ) => {
      calls.push(`annotate ${id.name} ${uid} ${JSON.stringify(all)}`);
      if (id.name in failures) throw failures[id.name];
    },
  } as unknown as KubernetesObjects;
  const meshClaims = { put: async (_: string, next: EnvoyClaim) => ({ ...next, revision: 2 }) };
  const deps = { clock, meshClaims, note: (text: string) => notes.push(text) } as unknown as MeshDependencies;
  const run = new MeshRun<EnvoyClaim>(deps, 'local', 'local#envoy', claims);
  now = start;
  const isDeferred = await refreshPods({
    run,
    objects: kubernetes,
    kinds: new ServedKinds(kubernetes, 'Envoy', {}),
    options: { refreshPods: true, settleMs: 10_000 },
    directory: directoryOf(...manifests, ...objects),
  });
  return { isDeferred, calls, notes, sleeps, claims: run.claims, claim: run.claims.get('blue') };
}

const listed = 'list apps app=blue,tier=web';
const annotated = (name: string, value = 'd1') =>
  `annotate ${name} uid-${name} {"sidecar.eks-mesh-sync/configuration":"${value}"}`;

describe('the time of a refresh', () => {
  const dueIn = (name: string, ms: number) =>
    claimOf(name, { refresh: { digest: 'd1', times: 0, dueAtMs: start + ms } });

  it('does nothing if no claim has a refresh that is about to be due', async () => {
    const later = dueIn('blue', 1501);
    const none = claimOf('red', { refresh: undefined });
    const result = await refreshed({ claims: [later, none] });
    expect(result).toMatchObject({ isDeferred: false, calls: [], sleeps: [], notes: [] });
    expect(result.claim).toBe(later);
    expect(await refreshed({ claims: [] })).toMatchObject({ isDeferred: false, calls: [], sleeps: [] });
  });

  it('is waited for if it comes within 1.5 seconds', async () => {
    expect(await refreshed({ claims: [dueIn('blue', 1500)] })).toMatchObject({
      sleeps: [1500],
      calls: [listed, annotated('p')],
    });
  });

  it('is that of the latest', async () => {
    const { sleeps } = await refreshed({
      claims: [dueIn('red', -10), dueIn('blue', 700), dueIn('green', 300)],
    });
    expect(sleeps).toEqual([700]);
  });

  it.each([0, -1])('that is due since %s ms is not waited for', async (ms) => {
    expect((await refreshed({ claims: [dueIn('blue', ms)] })).sleeps).toEqual([]);
  });

  it('is left to the next run if this one has no time', async () => {
    const claim = claimOf('blue', { stage: { fingerprint: 'f', message: 'm', dueAtMs: start } });
    const result = await refreshed({ claims: [claim], elapsedMs: 50_000 });
    expect(result).toMatchObject({ isDeferred: false, calls: [], notes: [] });
    expect(result.claim).toBe(claim);
    expect((await refreshed({ claims: [claim], elapsedMs: 49_999 })).calls).toHaveLength(2);
  });
});

describe('the claim on a ConfigMap after a refresh', () => {
  it('has another one due in five seconds, then none', async () => {
    const first = await refreshed({});
    expect(first.calls).toEqual([listed, annotated('p')]);
    expect(first.claim).toEqual({
      ...claimOf('blue'),
      revision: 2,
      refresh: { digest: 'd1', times: 1, dueAtMs: start + 5000 },
    });
    const second = await refreshed({
      claims: [claimOf('blue', { refresh: { digest: 'd1', times: 1, dueAtMs: start } })],
    });
    expect(second.calls).toEqual([listed, annotated('p', 'd1-2')]);
    const { refresh: _, ...rest } = claimOf('blue');
    expect(second.claim).toEqual({ ...rest, revision: 2 });
  });
});

describe('the pods of a refresh', () => {
  it.each<readonly [what: string, objects: readonly Manifest[], calls: readonly string[]]>([
    ['are found by the labels of the virtual node', [node], [listed, annotated('p')]],
    [
      'are all of the namespace if there are no labels',
      [aNode('blue', { podSelector: {} })],
      ['list apps all', annotated('p')],
    ],
    ['are none without a selector', [aNode('blue')], []],
    ['are none without the virtual node', [], []],
    ['are none if the virtual node is invalid', [aNode('blue', { podSelector, colour: 'x' })], []],
  ])('%s', async (_, objects, calls) => {
    const stage = { fingerprint: 'f', message: 'm', dueAtMs: start + 1 };
    const result = await refreshed({ objects, claims: [claimOf('blue', { stage })] });
    expect(result).toMatchObject({ calls, isDeferred: false, notes: [] });
    expect(result.claim).toMatchObject({ stage, refresh: { times: 1 } });
  });

  it('of a virtual gateway are found by its labels', async () => {
    const sourceObject = { kind: 'VirtualGateway', namespace: 'apps', name: 'blue' } as const;
    const { calls } = await refreshed({
      claims: [claimOf('blue', { sourceObject })],
      objects: [aGateway('blue', { podSelector: { matchLabels: { app: 'gate' } } })],
    });
    expect(calls).toEqual(['list apps app=gate', annotated('p')]);
  });

  it('mount the ConfigMap, by itself or projected, and have not ended', async () => {
    const source = (name: string) => ({ configMap: { name } });
    const mounted = 'blue.virtual-node';
    const pods = [
      aPod('plain', volumesOf(source('other'), source(mounted))),
      aPod('projected', volumesOf({ projected: { sources: [{}, source(mounted)] } })),
      aPod('other', volumesOf(source('other'), { projected: { sources: [source('other')] } })),
      aPod('without-sources', volumesOf({ projected: {} }, {})),
      aPod('without-volumes', {}),
      aPod('succeeded', undefined, 'Succeeded'),
      aPod('failed', undefined, 'Failed'),
      aPod('pending', undefined, 'Pending'),
    ];
    const { calls, notes } = await refreshed({ pods });
    expect(calls).toEqual([listed, ...['plain', 'projected', 'pending'].map((name) => annotated(name))]);
    expect(notes).toEqual([]);
  });
});

describe('a refresh that fails', () => {
  const pods = [aPod('p'), aPod('q')];
  const stage = { fingerprint: 'f', message: 'm', dueAtMs: start + 1 };
  const progress = {
    added: [
      { keys: ['a'], dueAtMs: start + 1 },
      { keys: ['b'], dueAtMs: start },
    ],
    retired: [],
  };

  it.each([new NotFoundError('object', 'gone'), new ConflictError('another pod')])(
    'is none if a pod is gone or another one: %s',
    async (error) => {
      const result = await refreshed({ pods, failures: { p: error }, claims: [claimOf('blue', { stage })] });
      expect(result).toMatchObject({
        isDeferred: false,
        notes: [],
        calls: [listed, annotated('p'), annotated('q')],
      });
      expect(result.claim?.stage).toEqual(stage);
    },
  );

  it('gives the stages the time in which kubelets read by themselves', async () => {
    const result = await refreshed({
      pods,
      failures: { p: new Error('forbidden') },
      claims: [claimOf('blue', { stage, progress })],
    });
    expect(result.isDeferred).toBe(true);
    expect(result.calls).toEqual([listed, annotated('p')]);
    expect(result.claim).toEqual({
      ...claimOf('blue'),
      revision: 2,
      refresh: { digest: 'd1', times: 1, dueAtMs: start + 5000 },
      stage: { ...stage, dueAtMs: start + 100_000 },
      progress: {
        added: [
          { keys: ['a'], dueAtMs: start + 100_000 },
          { keys: ['b'], dueAtMs: start },
        ],
        retired: [],
      },
    });
  });

  it('defers nothing if no stage follows', async () => {
    const { isDeferred, claim } = await refreshed({ failures: { p: new Error('forbidden') } });
    expect(isDeferred).toBe(false);
    expect(claim).toMatchObject({ progress: { added: [], retired: [] } });
    expect(claim).not.toHaveProperty('stage');
  });

  it('is noted once for all with the same cause', async () => {
    const objects = [node, aNode('red', { podSelector })];
    const claims = [claimOf('blue'), claimOf('red', { resource: claimOf('blue').resource })];
    const { notes } = await refreshed({ claims, objects, failures: { p: new Error('forbidden') } });
    expect(notes).toEqual([
      'cluster local: pods could not be annotated, so their kubelets read a change later: forbidden',
    ]);
    expect((await refreshed({ failures: { p: 'no text' } })).notes).toEqual([
      'cluster local: pods could not be annotated, so their kubelets read a change later: no text',
    ]);
  });
});
