import { describe, expect, it } from 'vitest';
import type { Fault } from '../fake-api-server.ts';
import { type Dependencies, deps, eventually, expectContract } from '../harness.ts';
import { pod, virtualNode } from '../objects.ts';

const version = '/apis/appmesh.k8s.aws/v1beta2';
const mesh = ['meshes', 'virtualnodes', 'virtualservices'];

function listingsOf(bus: Dependencies['bus'], kind: string) {
  return bus.ofType('Cluster Listed').flatMap(({ listing }) => (listing.kind === kind ? [listing] : []));
}

/** A ready relay that has sent its pod, of a cluster that has not these kinds. */
async function without(kinds: readonly string[], change: (api: Dependencies['api']) => void = () => {}) {
  const all = await deps();
  for (const kind of kinds) all.api.served.delete(kind);
  all.api.put('pods', pod('shop', 'first'));
  change(all.api);
  const relay = all.start();
  await relay.ready;
  await eventually(() => expect(listingsOf(all.bus, 'Pod')).toHaveLength(1));
  return { ...all, relay };
}

const requestsOf = ({ requests }: Dependencies['api'], plural: string) =>
  requests.filter((asked) => asked.plural === plural).length;

/** Waits until the relay has asked for the kind so many more times. */
async function retried(api: Dependencies['api'], plural: string, times: number): Promise<void> {
  const before = requestsOf(api, plural);
  await eventually(() => expect(requestsOf(api, plural)).toBeGreaterThanOrEqual(before + times));
}

describe('a kind that the API server does not serve', () => {
  it.each([
    ['with the whole group', mesh],
    ['alone', ['meshes']],
  ])('a kind that the API server does not serve is reported as absent: missing %s', async (_, kinds) => {
    const { bus } = await without(kinds);
    await eventually(() => expect(listingsOf(bus, 'Mesh')).toHaveLength(1));
    expect(listingsOf(bus, 'Mesh')).toEqual([
      {
        ...{ id: expect.any(String), kind: 'Mesh', absent: true, resourceVersion: '0' },
        ...{ part: 1, parts: 1, from: '', to: null, objects: [] },
      },
    ]);
    expectContract(bus);
  });

  it('a kind that the API server does not serve is reported for each namespace that the relay watches', async () => {
    const { api, bus, start } = await deps();
    api.served.delete('virtualnodes');
    await start({ namespaces: ['shop', 'other'] }).ready;
    await eventually(() => expect(listingsOf(bus, 'VirtualNode')).toHaveLength(2));
    expect(listingsOf(bus, 'VirtualNode')).toEqual([
      expect.objectContaining({ absent: true, from: 'shop/', to: 'shop0' }),
      expect.objectContaining({ absent: true, from: 'other/', to: 'other0' }),
    ]);
  });

  it('a kind that the API server does not serve is reported once, and again only at the interval of full resyncs', async () => {
    const { api, bus, relay, start } = await without(['meshes']);
    await retried(api, 'meshes', 4);
    expect(listingsOf(bus, 'Mesh')).toHaveLength(1);
    expect(requestsOf(api, version)).toBe(
      ['Mesh', 'VirtualRouter', 'VirtualGateway', 'GatewayRoute', 'BackendGroup'].length,
    );
    await relay.stop();
    start({ timing: { confirmMs: 50 } });
    await eventually(() => expect(listingsOf(bus, 'Mesh').length).toBeGreaterThan(3));
    expect(listingsOf(bus, 'Mesh').every(({ absent }) => absent)).toBe(true);
  });

  it('a kind that the API server does not serve is listed when its CRD appears, and reported again when the CRD is deleted', async () => {
    const { api, bus } = await without(['virtualnodes']);
    await eventually(() => expect(listingsOf(bus, 'VirtualNode')).toHaveLength(1));
    api.served.add('virtualnodes');
    api.put('virtualnodes', virtualNode('shop', 'cart'));
    await eventually(() => expect(listingsOf(bus, 'VirtualNode')).toHaveLength(2));
    expect(listingsOf(bus, 'VirtualNode')[1]).not.toHaveProperty('absent');
    expect(listingsOf(bus, 'VirtualNode')[1]?.objects.map(({ key }) => key)).toEqual(['shop/cart']);
    api.served.delete('virtualnodes');
    api.cutWatches();
    await eventually(() => expect(listingsOf(bus, 'VirtualNode')).toHaveLength(3));
    expect(listingsOf(bus, 'VirtualNode')[2]).toMatchObject({ absent: true, resourceVersion: '0' });
    expectContract(bus);
  });
});

describe('a kind is not reported as absent', () => {
  const only = (path: string, fault: Fault) => (api: Dependencies['api']) => {
    api.fault = ({ plural }) => (plural === path ? fault : undefined);
  };
  const answers = (path: string, document: object) => (api: Dependencies['api']) => {
    const { discovery } = api;
    api.discovery = (asked) => (asked === path ? document : discovery(asked));
  };
  const kept = ['virtualnodes'];

  it.each<readonly [what: string, kinds: readonly string[], change: (api: Dependencies['api']) => void]>([
    ['the groups may not be read', mesh, only('/apis', { status: 403 })],
    ['the groups are not found either', mesh, only('/apis', { status: 404 })],
    ['the API server cannot answer', mesh, only('/apis', { status: 503 })],
    ['the connection breaks', mesh, only('/apis', 'break')],
    ['the answer is another document', mesh, answers('/apis', { kind: 'Status', status: 'Success' })],
    ['the answer has no group at all', mesh, answers('/apis', { kind: 'APIGroupList', groups: [] })],
    ['the kinds of the group may not be read', kept, only(version, { status: 403 })],
    ['the group is listed but not found', kept, only(version, { status: 404 })],
    ['the kinds of the group are another document', kept, answers(version, { kind: 'Status' })],
  ])('a kind is not reported as absent if %s', async (_, kinds, change) => {
    const { api, bus, relay } = await without(kinds, change);
    await retried(api, 'virtualnodes', 3);
    expect(listingsOf(bus, 'VirtualNode')).toEqual([]);
    expect(relay.faults()).toEqual([]);
    api.fault = () => undefined;
  });

  it.each([403, 404, 500])(
    'a kind is not reported as absent if only its list is answered %i',
    async (status) => {
      const { api, bus, start } = await deps();
      api.fault = ({ plural }) => (plural === 'virtualnodes' ? { status } : undefined);
      start();
      await retried(api, 'virtualnodes', 3);
      expect(listingsOf(bus, 'VirtualNode')).toEqual([]);
      api.fault = () => undefined;
      await eventually(() => expect(listingsOf(bus, 'VirtualNode')).toHaveLength(1));
      expect(listingsOf(bus, 'VirtualNode')[0]).not.toHaveProperty('absent');
    },
  );

  it.each(['pods', 'namespaces'])(
    'a kind is not reported as absent if it is one that every API server has: %s',
    async (plural) => {
      const { api, bus, start } = await deps();
      api.served.delete(plural);
      start();
      await retried(api, plural, 3);
      expect(bus.ofType('Cluster Listed').map(({ listing }) => listing.kind)).not.toContain(
        plural === 'pods' ? 'Pod' : 'Namespace',
      );
    },
  );
});
