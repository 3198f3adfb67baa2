import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../../shared/model/records/registration.ts';
import type { ServiceView } from '../../../../shared/model/service-view.ts';
import type { DriftInput } from '../../../../shared/sweep/plan/findings/drift-input.ts';
import { endedReleases } from '../../../../shared/sweep/plan/findings/unexplained.ts';
import { allFound, claim, config, context, found, instance, key, nowMs, pod } from '../drift.ts';

const ofOurs = {
  ...instance.attributes,
  ...{
    'k8s.io/cluster': 'local',
    'k8s.io/namespace': 'shop',
    'k8s.io/pod': 'gone-1',
    'k8s.io/pod-uid': 'uid-g',
  },
};
const gone = { cluster: 'local', namespace: 'shop', name: 'gone-1', uid: 'uid-g' };
/** A live pod that should not be registered under this address. */
const moved = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const place = { namespaceName: 'shop.local', serviceName: 'front' };
const where = { service: 'shop.local/front', place, serviceId: 'srv-1', instanceId: '10.0.0.9' };

/** The usual pod is registered; next to it is another instance, a claim, or both, with the id 10.0.0.9. */
function viewWith(
  attributes: Record<string, string> | undefined,
  owned?: Partial<Claim>,
): Partial<ServiceView> {
  const other = attributes && ([['10.0.0.9', { attributes }]] as const);
  const owner = owned && ([['10.0.0.9', claim({ instanceId: '10.0.0.9', owner: gone, ...owned })]] as const);
  return {
    instances: new Map([['10.0.0.1', instance], ...(other ?? [])]),
    claims: new Map([['10.0.0.1', claim()], ...(owner ?? [])]),
  };
}

const outside = { inScope: ({ name }: { name: string }) => name !== 'gone-1' };

describe('an instance of ours that no pod should have there', () => {
  const stale = 'InstanceStale: its pod is not in the cluster';

  it.each<[string, Record<string, string>, Partial<Claim> | undefined, Partial<DriftInput>, string[]]>([
    ['is stale without its pod', ofOurs, undefined, {}, [stale]],
    ['is stale with the claim of a pod that is gone', ofOurs, { phase: 'applied' }, {}, [stale]],
    ['is not judged while pods may be missing', ofOurs, undefined, { complete: false }, []],
    ['is not judged outside the scope', ofOurs, undefined, outside, []],
    ['is no business of another cluster', { ...ofOurs, 'k8s.io/cluster': 'second' }, undefined, {}, []],
    [
      'is stale where its pod lives with another address',
      { ...ofOurs, 'k8s.io/pod': 'front-1', 'k8s.io/pod-uid': 'uid-1' },
      undefined,
      { complete: false },
      ['InstanceStale: its pod should no longer be registered here'],
    ],
    [
      'is stale where a pod of the name lives, but another one',
      { ...ofOurs, 'k8s.io/pod': 'front-1', 'k8s.io/pod-uid': 'uid-0' },
      undefined,
      {},
      [stale],
    ],
  ])('%s', (_what, attributes, owned, changes, expected) => {
    expect(found(changes, viewWith(attributes, owned))).toEqual(expected);
  });

  it('is deregistered by the writer of the pod that it names, or that has the claim', () => {
    expect(allFound({}, viewWith(ofOurs))).toEqual([
      {
        ...{ kind: 'InstanceStale', detail: 'its pod is not in the cluster', pod: gone, ...where },
        action: { do: 'deregister', from: ['shop.local/front'] },
      },
    ]);
    const owner = { ...gone, name: 'gone-2' };
    expect(allFound({}, viewWith(ofOurs, { owner })).map((finding) => finding.pod)).toEqual([owner]);
  });

  it.each(['k8s.io/namespace', 'k8s.io/pod', 'k8s.io/pod-uid'])(
    'is left to people without its %s',
    (missing) => {
      const { [missing]: _edited, ...attributes } = ofOurs as Record<string, string>;
      const [finding, ...others] = allFound({}, viewWith(attributes));
      expect(finding).toMatchObject({ kind: 'InstanceStale', pod: undefined, action: { do: 'none' } });
      expect(others).toEqual([]);
    },
  );

  it('is reported with the reason if its deregistration failed', () => {
    const failedOperations = new Map([['op-1', 'in words']]);
    const releasing = { ...viewWith(ofOurs, { phase: 'releasing' }), failedOperations };
    expect(allFound({}, releasing)).toMatchObject([
      {
        ...{ kind: 'OperationFailed', pod: gone, ...where },
        detail: 'its deregistration, operation op-1, failed: in words',
        failedOperation: { id: 'op-1', error: 'in words' },
        action: { do: 'deregister', from: ['shop.local/front'] },
      },
    ]);
    const registering = { ...viewWith(ofOurs, { phase: 'applied' }), failedOperations };
    const found = allFound({}, registering).filter(({ instanceId }) => instanceId === '10.0.0.9');
    expect(found).toMatchObject([{ kind: 'InstanceStale' }]);
  });

  it('is named with its whole place where the cluster registered earlier', () => {
    const [finding] = allFound({}, { ...viewWith(ofOurs), isFormer: true }).filter(
      ({ instanceId }) => instanceId === '10.0.0.9',
    );
    expect(finding).toMatchObject({ place: key, service: 'shop.local/front' });
  });
});

describe('an instance that the App Mesh controller left', () => {
  const left = {
    ...{ 'k8s.io/pod': 'gone-1', 'k8s.io/namespace': 'shop' },
    ...{ 'appmesh.k8s.aws/mesh': 'm', 'appmesh.k8s.aws/virtualNode': 'front_shop' },
  };

  it('is reported, and left to people, where its pod is not in the cluster', () => {
    expect(allFound({}, viewWith(left))).toEqual([
      {
        ...{ kind: 'InstanceOrphaned', ...where, action: { do: 'none' } },
        detail: 'the App Mesh controller left it for pod shop/gone-1, which is not in the cluster',
      },
    ]);
  });

  it.each<[string, Record<string, string>, Partial<DriftInput>]>([
    ['its pod lives', { ...left, 'k8s.io/pod': 'front-1' }, {}],
    ['pods may be missing', left, { complete: false }],
    ['it is outside the scope', left, outside],
    ['something else made it', { color: 'blue' }, {}],
  ])('is not reported where %s', (_why, attributes, changes) => {
    expect(found(changes, viewWith(attributes))).toEqual([]);
  });
});

describe('a claim without an instance', () => {
  const isGone = 'ClaimUnfinished: a claim of a pod that is not in the cluster is left over (claimed)';
  const isMoved =
    'ClaimUnfinished: a claim of a pod that should no longer be registered here is left over (claimed)';
  const claimed = { phase: 'claimed', touchedAtMs: nowMs } as const;

  it.each<[string, Partial<Claim>, Partial<DriftInput>, string[]]>([
    ['of a pod that is gone is left over', claimed, {}, [isGone]],
    ['of a pod that may be missing is not judged', claimed, { complete: false }, []],
    ['outside the scope is not judged', claimed, outside, []],
    ['of another cluster is its own business', { ...claimed, owner: { ...gone, cluster: 'second' } }, {}, []],
    ['of a live pod may be worked on', { ...claimed, owner: moved, touchedAtMs: nowMs - 120_000 }, {}, []],
    [
      'of a live pod is left over after two minutes',
      { ...claimed, owner: moved, touchedAtMs: nowMs - 120_001 },
      { complete: false },
      [isMoved],
    ],
    ['of an accepted deregistration waits for its end', { phase: 'releasing' }, {}, []],
  ])('%s', (_what, owned, changes, expected) => {
    expect(found(changes, viewWith(undefined, owned))).toEqual(expected);
  });

  it('is not judged while an operation runs for its id', () => {
    const underWay = new Map([['10.0.0.9', { id: 'op-9', type: 'register' as const }]]);
    expect(found({}, { ...viewWith(undefined, claimed), underWay })).toEqual([]);
  });

  it('of a release that was not accepted is repaired by the writer of its pod', () => {
    expect(allFound({}, viewWith(undefined, { phase: 'releasing', operationId: undefined }))).toEqual([
      {
        ...{ kind: 'ClaimUnfinished', pod: gone, ...where, action: { do: 'reevaluate' } },
        detail: 'a claim of a pod that is not in the cluster is left over (releasing)',
      },
    ]);
  });
});

describe('a deregistration that has ended', () => {
  const releasing = { phase: 'releasing', operationId: 'op-7' } as const;

  function ended(changes: Partial<DriftInput>, view: Partial<ServiceView>) {
    const service: ServiceView = {
      ...{ key, serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: true },
      ...{
        instances: new Map(),
        claims: new Map(),
        underWay: new Map(),
        failedOperations: new Map(),
        ...view,
      },
    };
    return endedReleases({
      ...{ config, nowMs, complete: true, gatesCanBeSet: true, reevaluate: false },
      ...{ pods: new Map([['shop/front-1', pod]]), registrationContext: () => context, seen: new Map() },
      ...{ services: new Map([['shop.local/front', service]]), inScope: () => true, ...changes },
    });
  }

  it('lets the writer of its pod remove the claim', () => {
    expect(ended({}, viewWith(undefined, releasing))).toEqual([
      {
        ...{ kind: 'Released', pod: gone, ...where, endedOperationId: 'op-7', action: { do: 'reevaluate' } },
        detail: 'it is deregistered, so its claim can be removed',
      },
    ]);
  });

  const running = new Map([['10.0.0.9', { id: 'op-7', type: 'deregister' as const }]]);
  it.each<[string, Partial<DriftInput>, Partial<ServiceView>]>([
    ['the instance is still there', {}, viewWith(ofOurs, releasing)],
    ['it runs', {}, { ...viewWith(undefined, releasing), underWay: running }],
    [
      'Cloud Map has not accepted it',
      {},
      viewWith(undefined, { phase: 'releasing', operationId: undefined }),
    ],
    ['the pod is registered', {}, viewWith(undefined, { phase: 'applied' })],
    [
      'the pod is of another cluster',
      {},
      viewWith(undefined, { ...releasing, owner: { ...gone, cluster: 'second' } }),
    ],
    ['the pod is outside the scope', outside, viewWith(undefined, releasing)],
  ])('is not seen where %s', (_why, changes, view) => {
    expect(ended(changes, view)).toEqual([]);
  });
});
