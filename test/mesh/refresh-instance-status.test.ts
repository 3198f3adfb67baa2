import { describe, expect, it } from 'vitest';
import { StatusPublisher } from '../../shared/mesh/publish-status.ts';
import { refreshInstanceStatus } from '../../shared/mesh/refresh-instance-status.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { ConflictError, RetryableError } from '../../shared/model/errors.ts';
import { meshStatusRequested } from '../../shared/model/events/mesh-status-requested.ts';
import type { StatusRecord } from '../../shared/model/records/status-record.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import type { StatusDependencies } from '../../shared/ports/mesh-ports.ts';
import type { Dependencies } from '../../shared/ports/ports.ts';
import { anObject, aPodObject, objectEvent, podEvent } from '../fakes/objects.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import { aDependencies } from '../fakes/world.ts';

const node = { kind: 'VirtualNode', namespace: 'shop', name: 'front' } as const;
const request = meshStatusRequested({ cluster: 'local', namespace: 'shop' }, -60_000);
const discovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } };
const selector = { matchLabels: { app: 'front' } };

const aNode = (resourceVersion: string, spec: object, change: 'Applied' | 'Deleted' = 'Applied') =>
  objectEvent(anObject('VirtualNode', { podSelector: selector, ...spec }, { resourceVersion }), { change });

/** A world, with who writes statuses; what was written. */
function statusDependencies() {
  const { deps, sent, config } = aDependencies();
  const stores = memoryMeshStores();
  const api = { fails: undefined as Error | undefined, written: [] as Readonly<Record<string, unknown>>[] };
  const statusDependencies: Dependencies & StatusDependencies = {
    ...deps,
    ...stores,
    statusWriter: () => ({
      write: async (_, status) => {
        if (api.fails !== undefined) throw api.fails;
        api.written.push(status);
      },
    }),
  };
  const received = async (): Promise<StatusRecord | undefined> => stores.statuses.find('local', node);
  return { deps: statusDependencies, sent, api, received, config };
}

const noPods = {
  ...{ type: 'CloudMapInstancesRegistered', status: 'False', reason: 'NoPods' },
  message: 'no pod in namespace "shop" matches spec.podSelector',
  lastTransitionTime: '1970-01-01T00:00:00Z',
};

describe('virtual nodes are informed of their pods', () => {
  it('a former condition that a node has again is removed again', async () => {
    const { deps, api, received } = statusDependencies();
    await observeClusterObject(deps, aNode('1', {}));
    await deps.statuses.replace('local', { object: node, uid: 'uid-front', revision: 3 }, undefined);
    await refreshInstanceStatus(deps, request);
    await refreshInstanceStatus(deps, request);
    expect(api.written).toEqual([{ conditions: [] }]);
    expect(await received()).toMatchObject({ written: (await received())?.revision });
  });

  it('statuses about pods are written once, and again only after a change', async () => {
    const { deps, api, received } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    await refreshInstanceStatus(deps, request);
    await refreshInstanceStatus(deps, request);
    expect(api.written).toEqual([{ conditions: [noPods] }]);
    const status = { phase: 'Pending', podIPs: [], conditions: [] };
    await observePod(deps, podEvent({ pod: aPodObject({ status }) }));
    await refreshInstanceStatus(deps, request);
    expect(api.written).toHaveLength(2);
    expect((await received())?.instances).toMatchObject({ reason: 'NoneRegistered' });
  });

  it('nothing, where they do not discover through Cloud Map; and what was written before is removed', async () => {
    const { deps, api, received } = statusDependencies();
    const dns = { serviceDiscovery: { dns: { hostname: 'front' } } };
    await observeClusterObject(deps, aNode('1', dns));
    await refreshInstanceStatus(deps, request);
    expect(await received()).toBeUndefined();
    await observeClusterObject(deps, aNode('2', { serviceDiscovery: discovery }));
    await refreshInstanceStatus(deps, request);
    await observeClusterObject(deps, aNode('3', dns));
    await refreshInstanceStatus(deps, request);
    await refreshInstanceStatus(deps, request);
    expect(api.written.map(({ conditions }) => conditions)).toEqual([[noPods], []]);
    expect(await received()).toMatchObject({ object: node, uid: 'uid-VirtualNode', revision: 2, written: 2 });
    expect(await received()).not.toHaveProperty('instances');
  });

  it('pods are read if one of several virtual nodes discovers them through Cloud Map', async () => {
    const { deps, received } = statusDependencies();
    await observePod(deps, podEvent({ pod: aPodObject({ status: { phase: 'Pending', conditions: [] } }) }));
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    const dns = { serviceDiscovery: { dns: { hostname: 'other' } } };
    await observeClusterObject(deps, objectEvent(anObject('VirtualNode', dns, { name: 'other', uid: 'u' })));
    await refreshInstanceStatus(deps, request);
    expect((await received())?.instances?.reason).toBe('NoneRegistered');
  });

  it('statuses about pods are stored while their cluster cannot be reached, and written to it later', async () => {
    const { deps, api, received } = statusDependencies();
    api.fails = new RetryableError('the API server does not answer');
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    await refreshInstanceStatus(deps, request);
    expect(await received()).toMatchObject({
      instances: { reason: 'NoPods' },
      problem: { code: 'Unavailable', message: 'the API server does not answer' },
    });
    api.fails = undefined;
    await refreshInstanceStatus(deps, request);
    expect(api.written).toHaveLength(1);
    expect((await received())?.written).toBe((await received())?.revision);
    expect((await received())?.problem).toBeUndefined();
  });

  it('a virtual node whose spec is invalid has that as its condition, where no mesh target says it, until it is corrected', async () => {
    const { deps, api, sent } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    const requests = () => sent.filter(({ type }) => type === request.type).length;
    const before = requests();
    await observeClusterObject(deps, aNode('2', { serviceDiscovery: discovery, listeners: 'none' }));
    expect(requests()).toBe(before + 1);
    await refreshInstanceStatus(deps, request);
    const message = expect.stringMatching(
      /^VirtualNode shop\/front: spec\.listeners: .*; until it is corrected: no pod in namespace "shop" matches/,
    );
    expect(api.written.at(-1)).toEqual({ conditions: [{ ...noPods, reason: 'Invalid', message }] });
    await observeClusterObject(deps, aNode('3', { serviceDiscovery: discovery }));
    expect(requests()).toBe(before + 2);
    await refreshInstanceStatus(deps, request);
    expect(api.written.at(-1)).toEqual({ conditions: [noPods] });
  });

  it('a virtual node that was never valid has only that as its condition', async () => {
    const { deps, api } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery, listeners: 'none' }));
    await refreshInstanceStatus(deps, request);
    const message = expect.stringMatching(/^VirtualNode shop\/front: spec\.listeners: .* received string$/);
    expect(api.written).toEqual([{ conditions: [{ ...noPods, reason: 'Invalid', message }] }]);
  });

  it('a fault is left to the mesh target where there is one', async () => {
    const { deps, api, config } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    await observeClusterObject(deps, aNode('2', { serviceDiscovery: discovery, listeners: 'none' }));
    const [inAppMesh] = clustersFile.parse({ clusters: [{ name: 'local', appMesh: {} }] }).clusters;
    await refreshInstanceStatus({ ...deps, cluster: () => inAppMesh ?? config }, request);
    expect(api.written).toEqual([{ conditions: [noPods] }]);
  });

  it('a deleted virtual node has no status, even if its last version was invalid', async () => {
    const { deps, api, received } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    await observeClusterObject(deps, aNode('2', { serviceDiscovery: discovery, listeners: 'none' }));
    await observeClusterObject(deps, aNode('3', {}, 'Deleted'));
    await refreshInstanceStatus(deps, request);
    expect([api.written, await received()]).toEqual([[], undefined]);
  });

  it('the status records of deleted virtual nodes are removed', async () => {
    const { deps, received } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    await refreshInstanceStatus(deps, request);
    await observeClusterObject(deps, aNode('2', {}, 'Deleted'));
    await refreshInstanceStatus(deps, request);
    expect(await received()).toBeUndefined();
  });

  it('statuses about pods are not written before the request is due', async () => {
    const { deps, api } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    const early = meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 0);
    await expect(refreshInstanceStatus(deps, early)).rejects.toMatchObject({ retryAfterMs: 6_000 });
    expect(api.written).toEqual([]);
  });
});

describe('who asks for it', () => {
  const asked = (events: readonly { readonly type: string }[]) =>
    events.filter(({ type }) => type === 'Mesh Status Requested').length;

  it('a virtual node requests statuses when it begins or ceases to discover through Cloud Map, or is deleted', async () => {
    const { deps, sent } = statusDependencies();
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    expect(asked(sent.splice(0))).toBe(1);
    await observeClusterObject(deps, aNode('2', { serviceDiscovery: { dns: { hostname: 'a' } } }));
    expect(asked(sent.splice(0))).toBe(1);
    await observeClusterObject(deps, aNode('3', { serviceDiscovery: { dns: { hostname: 'b' } } }));
    expect(asked(sent.splice(0))).toBe(0);
    await observeClusterObject(deps, aNode('4', { serviceDiscovery: discovery }));
    sent.splice(0);
    await observeClusterObject(deps, aNode('5', {}, 'Deleted'));
    expect(asked(sent.splice(0))).toBe(1);
  });

  it('every pod beside a virtual node that discovers through Cloud Map requests statuses, also when it fails', async () => {
    const { deps, sent } = statusDependencies();
    await observePod(deps, podEvent());
    expect(asked(sent.splice(0))).toBe(0);
    await observeClusterObject(deps, aNode('1', { serviceDiscovery: discovery }));
    sent.splice(0);
    await expect(observePod(deps, podEvent())).rejects.toThrow(); // there is nothing of Cloud Map in this world
    expect(sent).toEqual([meshStatusRequested({ cluster: 'local', namespace: 'shop' }, 0)]);
  });
});

describe('two who write one object at the same time', () => {
  it('two writers of one object end with both parts on it, in whichever order they reach it', async () => {
    const { deps, api, config } = statusDependencies();
    const object = { ...node, uid: 'uid-1' };
    const condition = { status: 'True', reason: 'Applied', message: 'm' } as const;
    const mesh = { target: 'app-mesh', status: { condition } };
    const targets = [{ name: 'app-mesh', title: 'App Mesh' }];
    const instances = { status: 'True', reason: 'AllRegistered', message: 'i' } as const;
    let overtaken = false;
    const late: StatusDependencies = {
      ...deps,
      statusWriter: () => ({
        write: async (...args) => {
          if (!overtaken) {
            overtaken = true;
            await new StatusPublisher(deps, config).publish(object, { instances });
          }
          await deps.statusWriter(config).write(...args);
        },
      }),
    };
    await new StatusPublisher(late, config, { targets }).publish(object, { mesh });
    expect(api.written.at(-1)).toMatchObject({
      conditions: [{ type: 'VirtualNodeActive' }, { type: 'CloudMapInstancesRegistered' }],
    });
  });

  it('two writers of one object do not hinder each other in forgetting it', async () => {
    const { deps, received, config } = statusDependencies();
    const publisher = new StatusPublisher(deps, config);
    const instances = { status: 'True', reason: 'AllRegistered', message: 'i' } as const;
    await publisher.publish({ ...node, uid: 'uid-1' }, { instances });
    const record = await received();
    if (record === undefined) throw new Error('expected a record');
    await publisher.publish({ ...node, uid: 'uid-1' }, { instances: { ...instances, message: 'j' } });
    await publisher.forget(record);
    expect((await received())?.instances?.message).toBe('j');
    await expect(deps.statuses.remove('local', record)).rejects.toThrow(ConflictError);
  });
});
