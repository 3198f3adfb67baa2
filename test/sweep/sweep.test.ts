import { describe, expect, it } from 'vitest';
import type { ClusterConfig } from '../../shared/model/cluster-config.ts';
import { PermanentError } from '../../shared/model/errors.ts';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { podOf } from '../../shared/model/pod.ts';
import type { Drain } from '../../shared/model/records/drain.ts';
import { observeObject } from '../../shared/objects/observe-cluster-object.ts';
import { desiredInstances } from '../../shared/pods/plan/desired/desired.ts';
import { refusalInputs } from '../../shared/pods/plan/refusal.ts';
import type { ClusterListing } from '../../shared/ports/sweep-ports.ts';
import { type SweepOptions, type SweepScope, sweep } from '../../shared/sweep/sweep.ts';
import { anObject, aPodObject, objectEvent } from '../fakes/objects.ts';
import { aSweptCluster, emptyListing, front, leftover, nowMs } from './sweeping.ts';

const annotations = {
  'eks-mesh-sync/cloud-map-namespace': 'shop.local',
  'eks-mesh-sync/cloud-map-service': 'front',
};
const podObject = aPodObject({ metadata: { annotations } });
const pod = podOf('local', podObject, undefined);
const withPod: ClusterListing = {
  ...emptyListing,
  pods: new Map([['shop/front-1', { object: podObject }]]),
};
/** A pod that nothing registers, and whose gate is open. */
const gatedObject = aPodObject({
  spec: { readinessGates: [{ conditionType: cloudMapReadinessGate }] },
  status: {
    conditions: ['Ready', 'ContainersReady', cloudMapReadinessGate].map((type) => ({ type, status: 'True' })),
  },
});
const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`10.0.1.${index}`, leftover]));

interface Given {
  readonly listing?: ClusterListing | Error;
  readonly instances?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly scope?: Partial<SweepScope>;
  readonly options?: Partial<SweepOptions>;
  readonly drain?: Drain;
  readonly before?: (world: ReturnType<typeof aSweptCluster>, config: ClusterConfig) => Promise<unknown>;
}

/** One sweep of a cluster that has these instances in `shop.local/front`. */
async function swept({ listing, instances, scope, options, drain, before }: Given = {}) {
  const world = aSweptCluster(listing);
  const { deps, sent, putFront, stores } = world;
  if (instances) await putFront(instances);
  if (drain) stores.drains.items.set('local', drain);
  await before?.(world, deps.cluster('local'));
  sent.length = 0;
  const usual = { force: false, adopt: false, dryRun: false };
  const result = await sweep(deps, { cluster: 'local', ...scope }, { ...usual, ...options }, 'run-1');
  const kinds = result.allowed.map(({ kind }) => kind);
  const types = sent.map(({ type }) => type);
  return { ...result, kinds, types, sent, stores, saved: await deps.reports.last('local') };
}

describe('deletions', () => {
  it('over the cap are refused, unless a person forces them or the cluster is drained', async () => {
    const capped = await swept({ instances: many });
    expect([capped.allowed.length, capped.refused.length]).toEqual([12, 48]);
    expect(capped.refused[0]?.reason).toContain('shop.local/front');
    for (const given of [{ options: { force: true } }, { drain: { sinceMs: 1, instances: 60 } }]) {
      const { allowed, refused } = await swept({ instances: many, ...given });
      expect([allowed.length, refused.length]).toEqual([60, 0]);
    }
  });

  it('are refused without a listing, even if a person forces them, unless the cluster is drained', async () => {
    const given = { listing: new PermanentError('denied'), instances: { '10.0.0.9': leftover } };
    const { allowed, refused, report } = await swept({ ...given, options: { force: true } });
    expect([allowed.length, refused.length]).toEqual([0, 0]);
    expect(report.incomplete).toContain('denied');
    const drained = await swept({ ...given, drain: { sinceMs: 1, instances: 1 } });
    expect(drained.kinds).toEqual(['InstanceStale']);
  });
});

describe('what a sweep finds', () => {
  it('is a pod of which nothing was received, only if it is in its scope', async () => {
    const notObserved = ['PodNotObserved', 'InstanceMissing'];
    const { kinds, types, report } = await swept({ listing: withPod });
    expect([kinds, types, report.repairs]).toEqual([notObserved, ['Pod Changed'], 1]);
    expect((await swept({ listing: withPod, scope: { namespace: 'blue' } })).kinds).toEqual([]);
    expect((await swept({ listing: withPod, scope: { pod: 'front-2' } })).kinds).toEqual([]);
    expect((await swept({ listing: withPod, scope: { pod: 'front-1' } })).kinds).toEqual(notObserved);
  });

  it('is a place that clusters.yml no longer names', async () => {
    const { allowed, types } = await swept({
      before: ({ stores }) =>
        stores.usedServices.save('local', {
          service: { ...front, target: 'own/eu-west-2' },
          usedAtMs: nowMs,
        }),
    });
    expect(allowed).toEqual([
      {
        kind: 'FormerPlaceUnreachable',
        action: { do: 'none' },
        service: 'shop.local/front in the account of the deployment and Region eu-west-2',
        instanceId: '*',
        detail:
          'the cluster registered in this service earlier, and it cannot be read now: ' +
          'it is in the account of the deployment and Region eu-west-2, where cluster "local" no longer registers; ' +
          'add its region and roleArn to cloudMap.formerly of the cluster in clusters.yml and deploy, until sweeps find nothing there',
      },
    ]);
    expect(types).toEqual([]);
  });

  it('is a wrong readiness gate, which only the API server shows as it is', async () => {
    const gated = podOf('local', gatedObject, undefined);
    const before: Given['before'] = ({ stores }) => stores.pods.record({ pod: gated, deleted: false });
    const listed = { ...emptyListing, pods: new Map([['shop/front-1', { object: gatedObject }]]) };
    expect((await swept({ listing: listed, before })).kinds).toEqual(['ReadinessGateDrifted']);
    expect((await swept({ listing: new PermanentError('denied'), before })).kinds).toEqual([]);
  });

  it('is adopted only if that is requested', async () => {
    const ofOldController = {
      ...{ 'k8s.io/pod': 'front-1', 'k8s.io/namespace': 'shop' },
      ...{ 'appmesh.k8s.aws/mesh': 'm', 'appmesh.k8s.aws/virtualNode': 'front_shop' },
    };
    const given: Given = {
      ...{ listing: withPod, instances: { '10.0.0.1': ofOldController } },
      before: ({ stores }) => stores.pods.record({ pod, deleted: false }),
    };
    expect((await swept(given)).report.counts).toEqual({});
    const { kinds, report } = await swept({ ...given, options: { adopt: true } });
    expect([kinds, report.counts]).toEqual([['InstanceAdoptable'], { InstanceAdoptable: 1 }]);
  });

  it('is a refusal, until a person has it evaluated again', async () => {
    const before: Given['before'] = async ({ stores }, config) => {
      await stores.pods.record({ pod, deleted: false });
      const context = { virtualNodes: [], meshes: [], namespaceLabels: {} };
      const [desired] = desiredInstances(pod, context, config.cloudMap).instances;
      if (desired === undefined) throw new Error('the pod wants an instance');
      const refusal = { isPermanent: false, inputs: refusalInputs(config, desired), atMs: nowMs };
      const problem = { source: 'annotations', code: 'Refused', message: 'not allowed', refusal } as const;
      await stores.pods.saveProblems(pod, [problem]);
    };
    const given = { listing: withPod, instances: {}, before };
    expect((await swept(given)).kinds).toEqual(['Refused']);
    expect((await swept({ ...given, options: { reevaluate: true } })).kinds).toEqual(['InstanceMissing']);
  });
});

describe('mesh objects', () => {
  const node = anObject('VirtualNode', { serviceDiscovery: { dns: { hostname: 'front' } } });
  const listing = { ...emptyListing, objects: [node] };
  const isTold = ({ types }: { readonly types: readonly string[] }) =>
    types.includes('Cluster Object Changed');

  it('are sent with the run if they were not received, in a sweep of the whole cluster', async () => {
    const whole = await swept({ listing });
    expect(whole.sent.filter(({ type }) => type === 'Cluster Object Changed')).toMatchObject([
      { object: { metadata: { name: 'front' } }, run: 'run-1' },
    ]);
    expect(whole.report.repairs).toBe(1);
    for (const scope of [{ namespace: 'shop' }, { pod: 'front-1' }])
      expect(isTold(await swept({ listing, scope }))).toBe(false);
  });

  it('that are gone are deleted, unless their kind is unknown', async () => {
    const before: Given['before'] = ({ deps }) => observeObject(deps, objectEvent(node));
    const gone = await swept({ before });
    expect(gone.sent).toMatchObject([{ type: 'Cluster Object Changed', change: 'Deleted', run: 'run-1' }]);
    const unknown = await swept({ before, listing: { ...emptyListing, absentKinds: ['VirtualNode'] } });
    expect(unknown.refused.map(({ finding }) => finding.kind)).toEqual(['ObjectDeleted']);
    expect(unknown.sent).toEqual([]);
  });

  it('whose stored state cannot be true are counted', async () => {
    const later = anObject('VirtualNode', node.spec, { resourceVersion: '9' });
    const before: Given['before'] = ({ deps }) => observeObject(deps, objectEvent(later));
    const { kinds, report } = await swept({ listing, before });
    expect([kinds, report.counts]).toEqual([['RecordContradicted'], { RecordContradicted: 1 }]);
  });
});

describe('the report of a sweep', () => {
  const given = { instances: { '10.0.0.9': leftover } };
  const twice = async (options: Partial<SweepOptions> = {}, scope: Partial<SweepScope> = {}) =>
    swept({
      ...{ ...given, options, scope },
      before: async ({ deps }) => {
        await sweep(deps, { cluster: 'local' }, { force: false, adopt: false, dryRun: false }, 'run-0');
      },
    });

  it('is saved, and counts what the one before had repaired', async () => {
    const { report, saved } = await twice();
    expect(saved).toEqual(report);
    expect(report).toMatchObject({ run: 'run-1', persisting: 1, repairs: 1 });
  });

  it('is not saved of a part of a cluster, nor of a dry run', async () => {
    for (const [options, scope, repairs] of [
      [{ dryRun: true }, {}, 0],
      [{}, { namespace: 'shop' }, 1],
      [{}, { pod: 'front-9' }, 1],
    ] as const) {
      const { report, saved } = await twice(options, scope);
      expect(saved?.run).toBe('run-0');
      expect([report.persisting, report.repairs]).toEqual([undefined, repairs]);
    }
  });

  it('before is not read if nothing is repaired', async () => {
    let reads = 0;
    const before: Given['before'] = async ({ deps: { reports } }) => {
      const { last } = reports;
      reports.last = (...asked) => {
        reads += 1;
        return last.apply(reports, asked);
      };
    };
    await swept({ before });
    expect(reads).toBe(1); // by the test itself
    await swept({ before, ...given });
    expect(reads).toBe(3);
  });
});

describe('a dry run', () => {
  it('foresees refusals and sends nothing', async () => {
    const { foreseen, sent } = await swept({ listing: withPod, options: { dryRun: true } });
    expect(foreseen?.refusals).toEqual([]);
    expect(sent).toEqual([]);
    expect(await swept({ listing: withPod })).not.toHaveProperty('foreseen');
  });

  it('is as if the cluster were drained only if that is requested', async () => {
    const as = async (options: Partial<SweepOptions>) => (await swept({ options })).progress?.since;
    expect(await as({ dryRun: true, asIfDrained: true })).toBe('2026-11-21T12:00:00.000Z');
    expect([await as({ dryRun: true }), await as({ asIfDrained: true })]).toEqual([undefined, undefined]);
    const { progress } = await swept({
      options: { dryRun: true, asIfDrained: true },
      drain: { sinceMs: 0, instances: 9 },
    });
    expect(progress).toMatchObject({ since: '1970-01-01T00:00:00.000Z', instances: 9 });
  });
});

describe('an empty service', () => {
  const drain = { sinceMs: 1, instances: 0 };

  it('of a drained cluster is to be removed, by a sweep of all of it', async () => {
    const { sent } = await swept({ instances: {}, drain });
    expect(sent).toMatchObject([
      { type: 'Service Removal Requested', service: front, serviceId: 'srv-front', run: 'run-1' },
    ]);
    expect((await swept({ instances: {} })).types).toEqual([]);
    expect((await swept({ instances: {}, drain, scope: { namespace: 'shop' } })).types).toEqual([]);
    expect((await swept({ instances: { '10.0.0.8': { a: 'b' } }, drain })).types).toEqual([]);
  });

  it('is no longer noted as full', async () => {
    const full = { atMs: nowMs, quota: 'service' } as const;
    const before: Given['before'] = ({ stores }) => stores.services.markFull(front, 'srv-front', full);
    const noted = async (given: Given) =>
      (await (await swept({ instances: {}, before, ...given })).stores.services.find(front))?.full;
    expect(await noted({})).toBeUndefined();
    expect(await noted({ options: { dryRun: true } })).toEqual(full);
  });
});

describe('the mesh', () => {
  it('is verified only if that is requested', async () => {
    const meshOf = async (verify: boolean | undefined) => {
      const world = aSweptCluster(emptyListing, { mesh: ['app-mesh'] });
      await world.deps.meshRuns.last('local');
      const meshRuns = { last: async () => ({ endedAtMs: nowMs, verifiedAtMs: { 'app-mesh': nowMs } }) };
      const options = { force: false, adopt: false, dryRun: false, ...(verify !== undefined && { verify }) };
      return (await sweep({ ...world.deps, meshRuns }, { cluster: 'local' }, options, 'run-1')).mesh;
    };
    expect([await meshOf(true), await meshOf(false), await meshOf(undefined)]).toEqual([
      ...['verify', 'reconcile', 'reconcile'],
    ]);
  });
});
