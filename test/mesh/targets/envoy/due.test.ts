import { describe, expect, it } from 'vitest';
import { type EnvoyRun, envoyOptions } from '../../../../shared/mesh/targets/envoy/envoy-run.ts';
import { mountingPods } from '../../../../shared/mesh/targets/envoy/mounting-pods.ts';
import { carriersIn } from '../../../../shared/mesh/targets/envoy/plan/carriers.ts';
import { requestLater } from '../../../../shared/mesh/targets/envoy/request-later.ts';
import { waitingIn } from '../../../../shared/mesh/targets/envoy/waiting-in.ts';
import type { KubernetesObjects } from '../../../../shared/ports/kubernetes-objects.ts';
import { aGateway, aMesh, aNamespace, aNode, aService } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';

const nowMs = 1_000_500;

describe('the next run of a cluster', () => {
  type Due = Readonly<Partial<Record<'stage' | 'refresh' | 'mounted', { readonly dueAtMs: number }>>>;
  async function requested(claims: readonly Due[], isDeferred = false) {
    const sent: (readonly [run: unknown, dueAtMs: number])[] = [];
    const later = async ({ run }: { readonly run: string }, dueAtMs: number) =>
      void sent.push([run, dueAtMs]);
    const run = {
      ...{ cluster: 'local', claims: new Map(claims.map((claim, index) => [String(index), claim])) },
      deps: { clock: { now: () => nowMs }, later },
    };
    await requestLater({ run } as unknown as EnvoyRun, isDeferred);
    return sent;
  }

  it('is not requested if nothing is due', async () => {
    expect(await requested([])).toEqual([]);
    expect(await requested([{}, {}])).toEqual([]);
  });

  it('is at the first time at which a stage, a refresh or a mount is due, in whole seconds', async () => {
    const at = (dueAtMs: number) => ({ dueAtMs });
    expect(
      await requested([{ stage: at(1_009_001), refresh: at(1_005_001) }, { mounted: at(1_007_000) }]),
    ).toEqual([['due at 1006000', 1_006_000]]);
    expect(await requested([{ mounted: at(1_007_000) }])).toEqual([['due at 1007000', 1_007_000]]);
  });

  it('is at once if a status names a time that does not hold any more, and something is due', async () => {
    expect(await requested([{ stage: { dueAtMs: 1_009_001 } }], true)).toEqual([
      ['due at 1001000', 1_001_000],
    ]);
    expect(await requested([{}], true)).toEqual([]);
  });

  it('says for which cluster it is, and why', async () => {
    const sent: unknown[] = [];
    const later = async (message: unknown) => void sent.push(message);
    const claims = new Map([['a', { mounted: { dueAtMs: 1_007_000 } }]]);
    const run = { cluster: 'local', claims, deps: { clock: { now: () => nowMs }, later } };
    await requestLater({ run } as unknown as EnvoyRun, false);
    expect(sent).toEqual([expect.objectContaining({ cluster: 'local', reason: 'files of proxies are due' })]);
  });

  it('is soon if that time has passed', async () => {
    expect(await requested([{ stage: { dueAtMs: 5 } }])).toEqual([['due at 1001000', 1_001_000]]);
  });
});

describe('an object that is not in all proxies yet', () => {
  const directory = directoryOf(
    ...[aNamespace(), aMesh(), aNode('blue'), aGateway('entry')],
    ...[aNode('front', { backends: [{ virtualService: { virtualServiceRef: { name: 'color' } } }] })],
    ...[aNode('other', { backends: [{ virtualService: { virtualServiceRef: { name: 'color' } } }] })],
    aService('color', 'node/blue'),
  );
  const name = 'VirtualService apps/color';
  const id = { kind: 'VirtualService', namespace: 'apps', name: 'color' } as const;
  const keys = carriersIn(directory).get(name) ?? [];
  const waiting = (claims: readonly object[], generation?: number) => {
    const all = claims.map((claim, index) => [keys[index], { key: keys[index], ...claim }] as const);
    return waitingIn(
      {
        run: { claims: new Map(all), deps: { clock: { now: () => nowMs } } },
        directory,
      } as unknown as EnvoyRun,
      id,
      generation,
    );
  };
  const open = { phase: 'claimed', carried: {} };

  it('waits for the files that are not written to the end, and says for how many', () => {
    expect(keys.length).toBeGreaterThan(1);
    expect(waiting([open])).toEqual({ reason: 'Pending', message: `${keys[0]} has not been applied yet` });
    const staged = { ...open, stage: { message: 'waits', dueAtMs: nowMs + 1 } };
    expect(waiting([staged])?.message).toBe(
      'waits after 1970-01-01T00:16:41Z, when all proxies have read it',
    );
    const late = { ...open, stage: { message: 'waits', dueAtMs: nowMs } };
    expect(waiting([late])?.message).toBe('waits with the next run');
    expect(waiting([staged, open])?.message).toMatch(/read it; likewise 1 more$/);
  });

  it('waits for no file that is written, refused, not there, or has this generation of it', () => {
    expect(waiting([])).toBeNull();
    expect(
      waiting([
        { ...open, phase: 'applied' },
        { ...open, refused: {} },
      ]),
    ).toBeNull();
    expect(waiting([{ ...open, carried: { [name]: 7 } }], 7)).toBeNull();
    expect(waiting([{ ...open, carried: { [name]: 6 } }], 7)).not.toBeNull();
    expect(waiting([{ ...open, carried: undefined }], 7)).not.toBeNull();
  });
});

describe('the time that proxies get to read what was written', () => {
  it('is ten seconds where pods are annotated, else that of a kubelet, or as clusters.yml says', () => {
    expect(envoyOptions({ refreshPods: true })).toEqual({ refreshPods: true, settleMs: 10_000 });
    expect(envoyOptions({ refreshPods: false })).toEqual({ refreshPods: false, settleMs: 100_000 });
    expect(envoyOptions({ refreshPods: true, settleSeconds: 0 }).settleMs).toBe(0);
    expect(envoyOptions({ refreshPods: false, settleSeconds: 7 }).settleMs).toBe(7_000);
  });
});

describe('the pods that mount a ConfigMap', () => {
  const pod = (name: string, volumes: readonly object[] | undefined, phase?: string) => ({
    ...{ metadata: { name }, spec: { volumes } },
    ...(phase !== undefined && { status: { phase } }),
  });
  const all = [
    pod('plain', [{ emptyDir: {} }, { configMap: { name: 'files' } }], 'Running'),
    pod(
      'projected',
      [{ projected: { sources: [{ secret: {} }, { configMap: { name: 'files' } }] } }],
      'Pending',
    ),
    pod('new', [{ configMap: { name: 'files' } }]),
    pod('other', [
      { configMap: { name: 'others' } },
      { projected: { sources: [{ configMap: { name: 'x' } }] } },
    ]),
    pod('none', undefined),
    pod('done', [{ configMap: { name: 'files' } }], 'Succeeded'),
    pod('failed', [{ configMap: { name: 'files' } }], 'Failed'),
    { metadata: { name: 'bare' } },
  ];

  it('are those with it as a volume, or as a part of one, that have not ended', async () => {
    const asked: unknown[] = [];
    const objects = {
      list: async (...args: readonly unknown[]) => {
        asked.push(args);
        return all;
      },
    } as unknown as KubernetesObjects;
    const files = { namespace: 'apps', name: 'files' };
    const found = await mountingPods(objects, files);
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['plain', 'projected', 'new']);
    await mountingPods(objects, files, 'app=front');
    const type = { apiVersion: 'v1', kind: 'Pod' };
    expect(asked).toEqual([
      [type, { namespace: 'apps' }],
      [type, { namespace: 'apps', labelSelector: 'app=front' }],
    ]);
  });
});
