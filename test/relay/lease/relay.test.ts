import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../relay/logger.ts';
import { startRelay } from '../../../relay/relay.ts';
import type { WatchedKind } from '../../../relay/watch/reflectors.ts';
import { RetryableError } from '../../../shared/model/errors.ts';
import { FakeEventBus } from '../fake-event-bus.ts';
import { eventually, quick } from '../harness.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Stored {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** An API server that has nothing but one Lease and refuses all other requests; while it hangs it answers nothing. */
async function leaseServer() {
  const state = { lease: undefined as Stored | undefined, isHanging: false };
  let version = 0;
  const store = ({ metadata, spec }: Pick<Stored, 'spec'> & { readonly metadata: object }) => {
    version += 1;
    state.lease = { metadata: { ...metadata, resourceVersion: `${version}` } as Stored['metadata'], spec };
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    if (state.isHanging) return;
    if (!request.url?.includes('/leases')) {
      response.writeHead(503).end();
      return;
    }
    const written: Stored | undefined = body === '' ? undefined : JSON.parse(body);
    const isStale = written && written.metadata.resourceVersion !== state.lease?.metadata.resourceVersion;
    if (written && !isStale) store(written);
    response.writeHead(isStale ? 409 : state.lease ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(state.lease ?? { kind: 'Status', details: { name: 'relay', kind: 'leases' } }),
    );
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  const hold = (holderIdentity: string) => {
    if (!state.lease) throw new Error('nobody holds the lease');
    store({ ...state.lease, spec: { ...state.lease.spec, holderIdentity, leaseDurationSeconds: 60 } });
  };
  const holder = () => state.lease?.spec.holderIdentity;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    hold,
    holder,
    connections,
  };
}

/** A relay with a lease, which watches nothing by default. */
async function leading({
  exists = true,
  hangs = false,
  durationMs = 15_000,
  kinds = [] as readonly WatchedKind[],
} = {}) {
  const api = await leaseServer();
  api.state.isHanging = hangs;
  const bus = new FakeEventBus();
  bus.exists = exists;
  const relay = startRelay({
    ...{ cluster: 'test', eventBusName: 'bus', connection: { server: api.url }, eventBridge: bus.client },
    ...{ kinds, port: 0, timing: quick, logger: createLogger('error', () => {}) },
    lease: { namespace: 'mesh', name: 'relay', durationMs, identity: 'relay-0' },
  });
  relay.done.catch(() => undefined);
  cleanups.push(() => relay.stop().catch(() => undefined));
  return { ...api, bus, relay, held: () => relay.metrics.leaseHeld.get({}) };
}

describe('a relay with a lease', () => {
  it('holds it until it is stopped, and then leaves neither the lease nor a connection nor its port', async () => {
    const { relay, holder, held, connections } = await leading();
    await eventually(() => expect(held()).toBe(1));
    await relay.ready;
    expect([holder(), relay.faults()]).toEqual(['relay-0', []]);
    const health = `http://127.0.0.1:${await relay.listening}`;
    expect((await fetch(`${health}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${health}/metrics`)).text();
    expect(metrics).toMatch(/^eks_mesh_sync_relay_lease_held 1$/m);
    expect(await connections()).toBeGreaterThan(0);
    const stopped = relay.stop();
    expect(relay.faults()).toEqual(['stopping']);
    expect(await stopped).toBe(0);
    await relay.done;
    expect([holder(), held()]).toEqual(['', 0]);
    await expect(fetch(`${health}/readyz`)).rejects.toThrow('fetch failed');
    await expect.poll(connections).toBe(0);
  });

  it('has no gauges and no faults of its term when the lease is lost, and takes it again', async () => {
    const { relay, hold, held } = await leading({ kinds: ['Namespace'], durationMs: 600 });
    await eventually(() => {
      expect(relay.faults().join()).toMatch(/^namespaces: .*\(failing\)$/);
      expect(held()).toBe(1);
    });
    relay.metrics.objects.set({ kind: 'Pod' }, 3);
    relay.metrics.pending.set({}, 2);
    hold('relay-1');
    await eventually(() => expect([held(), relay.faults()]).toEqual([0, []]));
    expect([...relay.metrics.objects.samples(), ...relay.metrics.pending.samples()]).toEqual([]);
    hold('');
    await eventually(() => expect(held()).toBe(1));
  });

  it('is not ready, and holds no lease, while the API server does not answer', async () => {
    const { relay, state, held } = await leading({ hangs: true, durationMs: 600 });
    await eventually(() => expect(relay.faults().join()).toContain('no answer within 200 ms to "get leases'));
    expect(relay.faults().join()).toMatch(/^Lease mesh\/relay: RetryableError: no answer/);
    expect(relay.metrics.leaseHeld.samples()).toEqual(['eks_mesh_sync_relay_lease_held 0']);
    state.isHanging = false;
    await relay.ready;
    await eventually(() => expect(held()).toBe(1));
  });

  it('is not ready before it has read the lease', async () => {
    const { relay, holder } = await leading({ exists: false });
    const missing = 'NotFoundError: event bus "bus" not found; create it, or correct --event-bus';
    const unread = 'Lease mesh/relay has not been read';
    await eventually(() => expect(relay.faults()).toEqual([missing, unread]));
    expect(holder()).toBeUndefined();
  });

  it('that is stopped before it is ready never becomes ready', async () => {
    const { relay } = await leading({ exists: false });
    expect(await relay.stop()).toBe(0);
    await expect(relay.ready).rejects.toThrow(new RetryableError('the relay is stopping'));
  });
});
