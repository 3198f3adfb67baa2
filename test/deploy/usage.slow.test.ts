import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, vi } from 'vitest';
import * as usage from '../../deploy/cost/usage.ts';
import { listingParts, listingRange } from '../../relay/watch/listing.ts';
import { type ItemKey, Table } from '../../shared/adapters/dynamodb/table.ts';
import { detailTypes, type EventDetail, eventVersion } from '../../shared/model/events/event.ts';
import { aPodObject, podEvent } from '../fakes/objects.ts';
import { lambdaContext, queueName } from '../functions/harness.ts';
import { cloud, cloudMap, invoke, kubernetes, type QueueName, send } from '../functions/queue-functions.ts';

/**
 * `npm run cost` calculates with what the functions do: measured on the functions as they are exported, with the embedded
 * cloud. A figure may be a little more than is measured, never less.
 */
let sweep: (event: unknown, context: never) => Promise<unknown>;

beforeAll(async () => {
  sweep = (await import('../../functions/sweep.ts')).handler as never;
});

interface Units {
  reads: number;
  writes: number;
  /** What was written, by the first part of the partition key: `POD`, `CLAIM`. */
  written: string[];
}

/** Counts as DynamoDB does, from now on: a read by 4 KB, a query's answer as a whole, a write by 1 KB. */
function countUnits(): Units {
  const units: Units = { reads: 0, writes: 0, written: [] };
  const { get, query } = Table.prototype;
  vi.spyOn(Table.prototype, 'get').mockImplementation(async function (this: Table, key) {
    const item = await get.call(this, key);
    units.reads += blocks(item, 4096);
    return item;
  });
  vi.spyOn(Table.prototype, 'query').mockImplementation(async function* (this: Table, pk, from, to) {
    let bytes = 0;
    for await (const item of query.call(this, pk, from, to)) {
      bytes += bytesOf(item);
      yield item;
    }
    units.reads += Math.max(1, Math.ceil(bytes / 4096));
  });
  for (const method of ['put', 'update', 'delete'] as const) {
    const original = Table.prototype[method] as (...args: unknown[]) => Promise<never>;
    vi.spyOn(Table.prototype, method).mockImplementation(async function (this: Table, ...args: unknown[]) {
      const result: unknown = await original.apply(this, args);
      units.writes += blocks(method === 'put' ? args[0] : result, 1024);
      const [{ pk }] = args as [ItemKey];
      units.written.push(pk.slice(0, pk.indexOf('#')));
      return result as never;
    });
  }
  return units;
}

const blocks = (item: unknown, size: number) => Math.max(1, Math.ceil(bytesOf(item) / size));
const bytesOf = (item: unknown) => Buffer.byteLength(JSON.stringify(item ?? null));

async function handle(queue: QueueName, event: EventDetail): Promise<void> {
  send(queue, event.group, JSON.stringify(event));
  expect((await invoke(queue)).again).toEqual([]);
}

const annotations = {
  'eks-mesh-sync/cloud-map-namespace': 'shop.local',
  'eks-mesh-sync/cloud-map-service': 'front',
};
const conditions = (status: string) => [
  { type: 'Ready', status },
  { type: 'ContainersReady', status },
];

/** What the relay sends about a pod, from its creation to its end. */
function lifeOf(name: string, podIPs: { ip: string }[]): EventDetail[] {
  const event = (resourceVersion: string, status: object, metadata: object = {}, change = 'Applied') =>
    podEvent({
      change: change as 'Applied',
      pod: aPodObject({
        metadata: { name, uid: `uid-${name}`, resourceVersion, annotations, ...metadata },
        status,
      }),
    });
  const running = (status: string) => ({ phase: 'Running', podIPs, conditions: conditions(status) });
  const ending = { deletionTimestamp: '2026-11-20T12:00:00Z' };
  return [
    event('1', { phase: 'Pending' }),
    event('2', { phase: 'Pending', conditions: conditions('False') }),
    event('3', running('False')),
    event('4', running('True')),
    event('5', running('True'), ending),
    event('6', running('False'), ending),
    event('7', running('False'), ending, 'Deleted'),
  ];
}

/** A figure of the bill is at least what is measured, and at most half as much again. */
function expectFigure(figure: number, measured: number): void {
  expect(figure).toBeGreaterThanOrEqual(measured);
  expect(figure).toBeLessThanOrEqual(measured * 1.5 + 0.1);
}

it('a pod event uses at most what the bill says', async () => {
  for (const event of lifeOf('warm-up', [{ ip: '10.0.0.1' }])) await handle('pods', event);
  const life = lifeOf('measured', [{ ip: '10.0.0.2' }]);
  const units = countUnits();
  cloudMap.calls.clear();
  for (const event of life) await handle('pods', event);
  const calls = [...cloudMap.calls.values()].reduce((sum, count) => sum + count, 0);
  expectFigure(usage.podEvent.readUnits, units.reads / life.length);
  expectFigure(usage.podEvent.writeUnits, units.writes / life.length);
  expectFigure(usage.podEvent.cloudMapCalls, calls / life.length);
});

it('a sweep of a cluster that has not changed uses at most what the bill says', async () => {
  const { report, units } = await sweepUntilNothingChanges();
  // The second service is that of the pods of the first test: a service is read until it has been unused for two hours.
  expect(report).toMatchObject({ pods: swept, instances: swept, calls: { DiscoverInstances: 2 } });
  expect(report.counts).toEqual({});
  expectFigure(usage.sweep.readUnits + swept * usage.sweep.readUnitsPerPod, units.reads);
  // The budget of calls that list is written if its lease has ended.
  expect(units.written.filter((part) => part !== 'BUDGET')).toEqual(['REPORT']);
  expectFigure(usage.sweep.writeUnits, units.written.includes('BUDGET') ? units.writes : units.writes + 1);
}, 120_000);

it("a listing of the cluster's pods", async () => {
  const answer = await fetch(`${kubernetes.url}/api/v1/pods`);
  const { items, metadata } = (await answer.json()) as PodList;
  const objects = items.map(({ metadata: { namespace, name, uid } }) => ({
    key: `${namespace}/${name}`,
    uid,
  }));
  const parts = listingParts(objects, listingRange('default'));
  const units = countUnits();
  for (const part of parts) {
    const listing = { id: 'l', kind: 'Pod', part: 1, parts: parts.length, ...metadata, ...part };
    const event: EventDetail = {
      type: detailTypes.clusterListed,
      version: eventVersion,
      cluster: 'local',
      group: 'local',
      listing,
    };
    expect(event.listing.objects).toHaveLength(swept);
    await handle('mesh', event);
  }
  expectFigure(usage.listing.readUnits + swept * usage.listing.readUnitsPerPod, units.reads);
  const bytes = parts.reduce((sum, part) => sum + bytesOf(part.objects), 0);
  // The names here are short ones.
  expect(usage.listing.bytesPerPod).toBeGreaterThan(bytes / swept);
});

interface PodList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly { readonly metadata: { namespace: string; name: string; uid: string } }[];
}

const swept = 60;
const sweepOnce = () =>
  sweep({ cluster: 'local' }, lambdaContext(900_000) as never) as Promise<{
    counts: object;
    instances: number;
    calls: object;
  }>;

/** Registers pods, and sweeps until a sweep finds everything as the one before did; returns what that sweep used. */
async function sweepUntilNothingChanges() {
  const service = { 'eks-mesh-sync/cloud-map-service': 'swept' };
  kubernetes.createRunningPods(swept, { namespace: 'default', annotations: { ...annotations, ...service } });
  const fifo = cloud.queues.get(queueName('pods'));
  const units = countUnits();
  for (let attempt = 0; attempt < 200; attempt++) {
    Object.assign(units, { reads: 0, writes: 0, written: [] });
    const report = await sweepOnce();
    const { visible, inFlight } = fifo.counts;
    const isUnchanged = visible + inFlight === 0 && !('ListInstances' in report.calls);
    if (Object.keys(report.counts).length === 0 && isUnchanged) return { report, units };
    for (let batch = 0; batch < swept && fifo.counts.visible > 0; batch++) await invoke('pods');
    await sleep(200);
  }
  throw new Error('every sweep found a change');
}
