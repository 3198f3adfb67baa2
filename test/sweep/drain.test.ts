import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { observeObject } from '../../shared/objects/observe-cluster-object.ts';
import { drainCluster } from '../../shared/sweep/drain.ts';
import { anObject, objectEvent } from '../fakes/objects.ts';
import { aSweptCluster, emptyListing, front, leftover, nowMs } from './sweeping.ts';

const foreign = { 'k8s.io/cluster': 'second' };
const runsOf = (events: readonly EventDetail[], type: EventDetail['type']) =>
  events.flatMap((event) => (event.type === type && 'run' in event ? [event.run] : []));

describe('the drain of a cluster', () => {
  it('ends with the first sweep if nothing is there', async () => {
    const { deps, lists, sent, stores } = aSweptCluster();
    const { progress } = await drainCluster(deps, 'local', { dryRun: false }, 'run-1');
    expect(progress).toMatchObject({ hasEnded: true, since: '2026-11-21T12:00:00.000Z' });
    expect([lists, sent]).toEqual([[0], []]);
    expect(await stores.drains.find('local')).toEqual({ sinceMs: nowMs, instances: 0 });
  });

  it('is followed for forty seconds while anything is left, with a run of its own for each sweep', async () => {
    const { deps, lists, sent, stores, putFront } = aSweptCluster();
    await putFront({ '10.0.0.9': leftover });
    const { progress, report } = await drainCluster(deps, 'local', { dryRun: false }, 'run-1');
    expect(progress).toMatchObject({ hasEnded: false, remaining: 1, instances: 1 });
    expect(lists).toEqual(Array.from({ length: 21 }, (_, index) => index * 2_000));
    const runs = lists.map((_, index) => (index === 0 ? 'run-1' : `run-1 ${index + 1}`));
    expect(runsOf(sent, 'Pod Changed')).toEqual(runs);
    expect(report.run).toBe('run-1 21');
    expect(await stores.drains.find('local')).toEqual({ sinceMs: nowMs, instances: 1 });
  });

  it('ends as soon as nothing is left', async () => {
    const { deps, lists, putFront, reader } = aSweptCluster();
    await putFront({ '10.0.0.9': leftover });
    const listed = reader.instancesOf;
    reader.instancesOf = async (id) => {
      const instances = (await listed?.(id)) ?? new Map();
      return lists.length < 3 ? instances : new Map();
    };
    const { drains } = deps;
    await drains.noteService('local', { service: front, kept: 'is still used' });
    const { progress } = await drainCluster(deps, 'local', { dryRun: false }, 'run-1');
    expect(progress).toMatchObject({ hasEnded: true, remaining: 0, instances: 1 });
    expect(lists).toEqual([0, 2_000, 4_000]);
  });

  it('requests the removal of each service whose id is known once, those of former places too', async () => {
    const formerly = [{ region: 'eu-west-1' }];
    const { deps, sent, stores, putFront } = aSweptCluster(emptyListing, { cloudMap: { formerly } });
    await putFront({ '10.0.0.9': leftover });
    const known = await stores.services.find(front);
    if (known === undefined) throw new Error('the service is stored');
    const former = { ...front, target: 'own/eu-west-1', serviceName: 'back' };
    await stores.services.save(former, { ...known, id: 'srv-back' });
    await stores.services.save({ ...front, target: 'own/eu-west-2' }, { ...known, id: 'srv-other' });
    await drainCluster(deps, 'local', { dryRun: false }, 'run-1');
    const removals = sent.filter(({ type }) => type === 'Service Removal Requested');
    expect(removals.map((event) => ({ ...event, version: 1 }))).toEqual(
      [
        { service: front, serviceId: 'srv-front', group: expect.stringContaining('front') },
        { service: former, serviceId: 'srv-back', group: expect.stringContaining('back') },
      ].map((event) => ({
        ...{ type: 'Service Removal Requested', version: 1, cluster: 'local', run: 'run-1 known' },
        ...event,
      })),
    );
  });

  it('is not followed if it is only planned', async () => {
    const { deps, lists, sent, stores, putFront } = aSweptCluster();
    await putFront({ '10.0.0.9': leftover, '10.0.0.8': foreign });
    const { progress, allowed } = await drainCluster(deps, 'local', { dryRun: true }, 'run-1');
    expect(progress).toMatchObject({ hasEnded: false, remaining: 1, instances: 1 });
    expect(allowed).toMatchObject([{ kind: 'InstanceStale', instanceId: '10.0.0.9' }]);
    expect([lists, sent, await stores.drains.find('local')]).toEqual([[0], [], undefined]);
  });

  it('keeps the time at which it began, and lifts the cap on deletions', async () => {
    const { deps, stores, putFront } = aSweptCluster();
    const many = Array.from({ length: 40 }, (_, index) => [`10.0.1.${index}`, leftover] as const);
    await putFront(Object.fromEntries(many));
    await deps.drains.begin('local', nowMs - 60_000);
    const { allowed, refused } = await drainCluster(deps, 'local', { dryRun: false }, 'run-1');
    expect([allowed.length, refused.length]).toEqual([40, 0]);
    expect(await stores.drains.find('local')).toEqual({ sinceMs: nowMs - 60_000, instances: 40 });
  });

  it('lifts the cap on deletions of objects, too', async () => {
    const { deps, sent } = aSweptCluster();
    const spec = { serviceDiscovery: { dns: { hostname: 'front' } } };
    for (let index = 0; index < 12; index += 1)
      await observeObject(deps, objectEvent(anObject('VirtualNode', spec, { name: `node-${index}` })));
    sent.length = 0;
    await drainCluster(deps, 'local', { dryRun: false }, 'run-1');
    expect(sent.filter(({ type }) => type === 'Cluster Object Changed')).toHaveLength(12);
  });
});
