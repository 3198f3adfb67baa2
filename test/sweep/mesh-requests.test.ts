import { describe, expect, it } from 'vitest';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import type { StatusRecord } from '../../shared/model/records/status-record.ts';
import { observeObject } from '../../shared/objects/observe-cluster-object.ts';
import type { ClusterListing } from '../../shared/ports/sweep-ports.ts';
import { readCluster } from '../../shared/sweep/read-cluster.ts';
import { meshRequests } from '../../shared/sweep/sweep-mesh.ts';
import { anObject, objectEvent } from '../fakes/objects.ts';
import { aSweptCluster, emptyListing, nowMs } from './sweeping.ts';

const dns = { serviceDiscovery: { dns: { hostname: 'front' } } };
const cloudMap = { serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } } };
const aNode = (name: string, spec: object = dns, namespace = 'shop') =>
  anObject('VirtualNode', { ...spec }, { name, namespace, uid: `uid-${name}` });
const instances = { status: 'True', reason: 'AllRegistered', message: 'x', changedAt: '' } as const;
const recordOf = (name: string, changes: Partial<StatusRecord> = {}): StatusRecord => ({
  ...{ object: { kind: 'VirtualNode', namespace: 'shop', name }, uid: `uid-${name}` },
  ...{ revision: 1, written: 1, ...changes },
});

/** The namespaces whose statuses are requested, by the stored objects and the records of their statuses. */
async function stale(
  objects: readonly ClusterObject[],
  records: readonly StatusRecord[] = [],
  deleted: readonly ClusterObject[] = [],
  live: ClusterListing['statuses'] = new Map(),
) {
  const { deps } = aSweptCluster({ ...emptyListing, statuses: live });
  for (const object of [...objects, ...deleted]) await observeObject(deps, objectEvent(object));
  for (const object of deleted) await observeObject(deps, objectEvent(object, { change: 'Deleted' }));
  const statuses = {
    async *all() {
      yield* records;
    },
    replace: async () => expect.unreachable(),
  };
  const snapshot = await readCluster({ ...deps, statuses }, 'local');
  const asked = { run: 'run-1', verify: false };
  const { namespaces, events } = await meshRequests(deps, snapshot, asked);
  expect(events.map((event) => ('namespace' in event ? event.namespace : event.type))).toEqual(namespaces);
  return namespaces;
}

describe('the statuses that a sweep requests', () => {
  it('are none of virtual nodes without Cloud Map, unless one is recorded', async () => {
    expect(await stale([aNode('front')])).toEqual([]);
    expect(await stale([aNode('front')], [recordOf('front')])).toEqual([]);
    expect(await stale([aNode('front')], [recordOf('front', { instances })])).toEqual(['shop']);
  });

  it('are those of virtual nodes with Cloud Map that have none', async () => {
    expect(await stale([aNode('front', cloudMap)])).toEqual(['shop']);
    expect(await stale([aNode('front', cloudMap)], [recordOf('front')])).toEqual(['shop']);
  });

  it('are those of a namespace of which one node needs it, each namespace once', async () => {
    const nodes = [
      ...[aNode('a'), aNode('b', cloudMap), aNode('c', cloudMap)],
      ...[aNode('a', dns, 'blue'), aNode('a', cloudMap, 'green')],
    ];
    expect((await stale(nodes)).toSorted()).toEqual(['green', 'shop']);
  });

  it('are those of deleted nodes that still have one', async () => {
    expect(await stale([], [recordOf('front')], [aNode('front')])).toEqual(['shop']);
    expect(await stale([], [], [aNode('front')])).toEqual([]);
  });

  it('are of the node of the namespace, not of one of the same name elsewhere', async () => {
    const gone = aNode('front', dns, 'blue');
    expect(await stale([], [recordOf('front')], [gone])).toEqual([]);
  });

  it('are those of a node without Cloud Map that has its former condition again', async () => {
    const status = { conditions: [{ type: 'CloudMapInstancesRegistered', status: 'True' }] };
    const live = new Map([['VirtualNode shop/front', { uid: 'uid-front', status }]]);
    expect(await stale([aNode('front')], [recordOf('front')], [], live)).toEqual(['shop']);
  });

  it('are none of other kinds', async () => {
    const service = anObject('VirtualService', {}, { name: 'front', uid: 'uid-service' });
    expect(await stale([aNode('front')], [recordOf('front')], [service])).toEqual([]);
    const ofService = recordOf('front', {
      object: { kind: 'VirtualService', namespace: 'shop', name: 'front' },
    });
    expect(await stale([], [ofService], [aNode('front')])).toEqual([]);
    expect(await stale([service])).toEqual([]);
  });
});

describe('the comparison of the mesh that a sweep requests', () => {
  const mesh = async (
    verifiedAtMs: Readonly<Record<string, number>> | undefined,
    verify = false,
    config = {},
  ) => {
    const { deps } = aSweptCluster(emptyListing, config);
    let reads = 0;
    const meshRuns = {
      last: async () => {
        reads += 1;
        return verifiedAtMs && { endedAtMs: nowMs, verifiedAtMs };
      },
    };
    const requests = await meshRequests({ ...deps, meshRuns }, await readCluster(deps, 'local'), {
      ...{ run: 'run-1', verify },
    });
    return { ...requests, reads };
  };
  const appMesh = { appMesh: { verifyEveryMinutes: 30 } };

  const nothing = { namespaces: [], drifted: [], events: [] };
  it('is none without a mesh target, whose runs are then not read', async () => {
    expect(await mesh({})).toStrictEqual({ ...nothing, reads: 0 });
    expect(await mesh({}, true)).toStrictEqual({ ...nothing, reads: 0 });
  });

  it('is due if there was none, or none of this target', async () => {
    for (const verified of [undefined, {}, { istio: nowMs }])
      expect(await mesh(verified, false, appMesh)).toMatchObject({ mesh: 'verify', reads: 1 });
    expect(await mesh({ 'app-mesh': nowMs }, false, appMesh)).toMatchObject({ mesh: 'reconcile' });
  });
});
