import { describe, expect, it } from 'vitest';
import { ConflictError, RetryableError } from '../../shared/model/errors.ts';
import { detailTypes, type EventDetail } from '../../shared/model/events/event.ts';
import type { StatusRecord } from '../../shared/model/records/status-record.ts';
import { observeObject } from '../../shared/objects/observe-cluster-object.ts';
import type { ClusterListing } from '../../shared/ports/sweep-ports.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { anObject, aPodObject, objectEvent } from '../fakes/objects.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';
import { aSweptCluster, emptyListing } from './sweeping.ts';

/** A virtual node and a registered pod, both stored; then a sweep of a cluster with this listing. */
async function sweepOf(listing: (usual: ClusterListing) => ClusterListing) {
  const cloudMap = { namespaces: [{ name: '*', create: { kind: 'http' } }] };
  const harness = new ScenarioHarness([{ name: 'local', cloudMap }]);
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.publish([cluster.apply('virtualnode/front', {}), cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
  await harness.settle();
  harness.apiServers.set('local', {
    list: () => listing(cluster.listing()),
    setCondition: async () => '1',
    write: async () => undefined,
  });
  const sent: EventDetail[] = [];
  const send = async (events: readonly EventDetail[]) => void sent.push(...events);
  const deps = { ...harness.deps, requests: { send } };
  const options = { force: true, adopt: true, dryRun: false };
  const { report } = await sweep(deps, { cluster: 'local' }, options, 'run-1');
  const changes = sent.filter(({ type }) => type !== detailTypes.meshStatusRequested);
  return { report, changes, cluster, harness };
}

describe('a sweep', () => {
  it('a sweep treats a kind that the cluster lost as unknown, not as empty: registered pods stay', async () => {
    const { report, changes } = await sweepOf((usual) => ({
      ...usual,
      objects: usual.objects.filter(({ kind }) => kind !== 'VirtualNode'),
      absentKinds: ['VirtualNode'],
    }));
    expect(changes).toEqual([]);
    const reason = 'the cluster has no kind VirtualNode, so its objects are not deleted';
    expect(report).toMatchObject({
      instances: 1,
      refused: [{ kind: 'ObjectDeleted', object: 'VirtualNode shop/front', reason }],
    });
    expect(report.counts).toEqual({});
  });

  it('a sweep repairs pods first, then objects, and reports the object that is too large for an event', async () => {
    const huge = anObject('VirtualService', { text: 'x'.repeat(300_000) }, { name: 'huge' });
    const service = anObject('VirtualService', {}, { name: 'front' });
    const { report, changes } = await sweepOf((usual) => ({
      ...usual,
      pods: new Map(),
      objects: [...usual.objects, huge, service],
    }));
    expect(changes.map(({ type }) => type)).toEqual(['Pod Changed', 'Cluster Object Changed']);
    expect(changes.at(-1)).toMatchObject({ object: { metadata: { name: 'front' } } });
    expect(report).toMatchObject({
      repairs: 2,
      refused: [{ kind: 'ObjectOversized', object: 'VirtualService shop/huge' }],
    });
  });
});

describe('a status that its mesh object has lost', () => {
  const instances = { status: 'True', reason: 'AllRegistered', message: '1 of 1', changedAt: '' } as const;
  const object = { kind: 'VirtualNode', namespace: 'shop', name: 'front' } as const;
  const record: StatusRecord = { object, uid: 'uid-1', instances, revision: 2, written: 2 };
  const statuses = new Map([['VirtualNode shop/front', { uid: 'uid-1', status: {} }]]);

  async function swept(dryRun: boolean, fails?: Error) {
    const { deps } = aSweptCluster({ ...emptyListing, statuses });
    await deps.statuses.replace('local', record, undefined);
    const { replace } = deps.statuses;
    const failing = async (...args: Parameters<typeof replace>) => {
      if (fails) throw fails;
      await replace.apply(deps.statuses, args);
    };
    const all = (cluster: string) => deps.statuses.all(cluster);
    const options = { force: false, adopt: true, dryRun };
    const result = await sweep(
      { ...deps, statuses: { all, replace: failing } },
      { cluster: 'local' },
      options,
      'run-1',
    );
    return { counts: result.report.counts, records: await Array.fromAsync(all('local')) };
  }

  it('is recorded as not written, except in a dry run', async () => {
    const counts = { StatusDrifted: 1 };
    expect(await swept(false)).toEqual({ counts, records: [{ ...record, written: undefined }] });
    expect(await swept(true)).toEqual({ counts, records: [record] });
  });

  it('is recorded after the repairs of pods were sent, and before its writer is started', async () => {
    const node = anObject('VirtualNode', { podSelector: {} }, { name: 'front', uid: 'uid-1' });
    const pods = new Map([['shop/front-1', { object: aPodObject() }]]);
    const { deps } = aSweptCluster({ ...emptyListing, statuses, pods, objects: [node] });
    await observeObject(deps, objectEvent(node));
    await deps.statuses.replace('local', record, undefined);
    const order: string[] = [];
    const { replace } = deps.statuses;
    deps.statuses.replace = async (...args) => {
      order.push('recorded');
      await replace.apply(deps.statuses, args);
    };
    const send = async (events: readonly EventDetail[]) => void order.push(...events.map(({ type }) => type));
    const options = { force: false, adopt: true, dryRun: false };
    await sweep({ ...deps, requests: { send } }, { cluster: 'local' }, options, 'run-1');
    expect(order).toEqual(['Pod Changed', 'recorded', detailTypes.meshStatusRequested]);
  });

  it('is left to the writer that was faster; another failure ends the sweep', async () => {
    const { records } = await swept(false, new ConflictError('it changed'));
    expect(records).toEqual([record]);
    await expect(swept(false, new RetryableError('the table'))).rejects.toThrow('the table');
  });
});
