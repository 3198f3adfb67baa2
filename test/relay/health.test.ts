import { describe, expect, it } from 'vitest';
import type { Relay } from '../../relay/relay.ts';
import { deps, eventually } from './harness.ts';
import { pod, virtualNode } from './objects.ts';

async function get(relay: Relay, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${await relay.listening}${path}`);
  return { status: response.status, text: await response.text() };
}

describe('the event bus', () => {
  it('the event bus is looked up before anything is sent, because sending to a missing one succeeds', async () => {
    const { api, bus, logs, start } = await deps();
    bus.exists = false;
    api.put('pods', pod('shop', 'first'));
    const relay = start({ port: 0 });
    await eventually(() => expect(relay.faults()).toHaveLength(1));
    expect(await get(relay, '/readyz')).toEqual({
      status: 503,
      text: 'NotFoundError: event bus "bus" not found; create it, or correct --event-bus\n',
    });
    expect(await get(relay, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect(bus.batches).toEqual([]);
    expect(logs).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('event bus') }),
    );
    bus.exists = true;
    await relay.ready;
    await eventually(() => expect(bus.ofType('Pod Changed')).toHaveLength(1));
    expect(await get(relay, '/readyz')).toEqual({ status: 200, text: 'ok\n' });
  });

  it.each([
    ['is deleted', { exists: false }],
    ['is replaced', { createdAt: new Date() }],
  ])('the event bus that %s ends the relay, so that it starts with a full listing', async (_, change) => {
    const { bus, start } = await deps();
    const relay = start({ timing: { busCheckMs: 10 } });
    await relay.ready;
    await new Promise((resolve) => setTimeout(resolve, 30));
    Object.assign(bus, change);
    await expect(relay.done).rejects.toThrow('event bus "bus" was deleted or replaced');
  });
});

describe('health', () => {
  it('health reports a stalled backlog', async () => {
    const { api, bus, start } = await deps();
    const relay = start({ port: 0, timing: { stalledMs: 30 } });
    await relay.ready;
    await eventually(() => expect(relay.metrics.pending.get({})).toBe(0));
    bus.fault = () => ({ error: 'AccessDeniedException' });
    api.put('pods', pod('shop', 'first'));
    await eventually(() =>
      expect(relay.faults().join()).toMatch(/pending events: 1; the event bus has accepted none for \d+ ms/),
    );
    bus.fault = () => undefined;
    await eventually(() => expect(relay.faults()).toEqual([]));
  });

  it('health is not ready while it stops, and its port is closed when it has stopped', async () => {
    const { api, bus, start } = await deps();
    const relay = start({ port: 0, timing: { flushMs: 500 } });
    await relay.ready;
    bus.fault = () => ({ error: 'ServiceUnavailable' });
    api.put('pods', pod('shop', 'first'));
    await eventually(() => expect(relay.metrics.pending.get({})).toBeGreaterThan(0));
    const stopped = relay.stop();
    expect(relay.faults()).toContain('stopping');
    expect((await get(relay, '/readyz')).status).toBe(503);
    await stopped;
    await expect(get(relay, '/healthz')).rejects.toThrow('fetch failed');
  });

  it('health exposes Prometheus metrics', async () => {
    const { api, bus, start } = await deps();
    api.put('virtualnodes', virtualNode('shop', 'cart'));
    api.put('pods', pod('shop', 'first'));
    let failures = 1;
    bus.fault = (entries) => (failures-- > 0 ? entries.map(() => 'InternalFailure') : undefined);
    const relay = start({ port: 0 });
    await relay.ready;
    await eventually(() => expect(relay.metrics.pending.get({})).toBe(0));
    const { text } = await get(relay, '/metrics');
    expect(text).toMatch(/^# TYPE eks_mesh_sync_relay_events_sent_total counter$/m);
    expect(text).toMatch(/^eks_mesh_sync_relay_events_sent_total\{type="Pod Changed"\} 1$/m);
    expect(text).toMatch(/^eks_mesh_sync_relay_event_failures_total\{code="InternalFailure"\} [1-9]/m);
    expect(text).toMatch(/^eks_mesh_sync_relay_event_retries_total [1-9]/m);
    expect(text).toMatch(/^eks_mesh_sync_relay_pending_events 0$/m);
    expect(text).toMatch(/^eks_mesh_sync_relay_objects\{kind="VirtualNode"\} 1$/m);
    expect(text).toMatch(/^eks_mesh_sync_relay_listings_total\{kind="Pod"\} 1$/m);
    const bucket = Number(/^eks_mesh_sync_relay_lag_seconds_bucket\{le="\+Inf"\} (\d+)$/m.exec(text)?.[1]);
    expect(bucket).toBe(bus.accepted.length);
    expect((await get(relay, '/other')).status).toBe(404);
  });
});

describe('stopping', () => {
  it('stopping sends pending events first', async () => {
    const { api, bus, start } = await deps();
    const relay = start();
    await relay.ready;
    await eventually(() => expect(relay.metrics.pending.get({})).toBe(0));
    bus.delayMs = 30;
    for (let index = 0; index < 120; index++) api.put('pods', pod('shop', `pod-${index}`));
    await eventually(() => expect(relay.metrics.pending.get({})).toBeGreaterThan(100));
    expect(await relay.stop()).toBe(0);
    expect(bus.ofType('Pod Changed')).toHaveLength(120);
    expect(api.openWatches).toBe(0);
  });

  it('stopping does not wait for a bus that accepts nothing', async () => {
    const { api, bus, start } = await deps();
    const relay = start({ timing: { flushMs: 50 } });
    await relay.ready;
    bus.fault = () => ({ error: 'TimeoutError' });
    for (let index = 0; index < 700; index++) api.put('pods', pod('shop', `pod-${index}`));
    await eventually(() => expect(relay.metrics.pending.get({})).toBeGreaterThanOrEqual(500));
    const startedAt = Date.now();
    expect(await relay.stop()).toBeGreaterThanOrEqual(500);
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });
});

it('memory for pending events is bounded, and nothing is lost when the bus recovers', async () => {
  const { api, bus, start } = await deps();
  for (let index = 0; index < 1500; index++) api.put('pods', pod('shop', `pod-${index}`));
  bus.fault = () => ({ error: 'TimeoutError' });
  const relay = start();
  await eventually(() => expect(relay.metrics.pending.get({})).toBeGreaterThanOrEqual(500));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(relay.metrics.pending.get({})).toBeLessThan(520);
  bus.fault = () => undefined;
  await eventually(() => expect(bus.ofType('Pod Changed')).toHaveLength(1500));
  const listed = bus.ofType('Cluster Listed').filter(({ listing }) => listing.kind === 'Pod');
  await eventually(() =>
    expect(bus.ofType('Cluster Listed').filter(({ listing }) => listing.kind === 'Pod')).toHaveLength(2),
  );
  for (const { listing } of listed) expect(listing.parts).toBe(2);
});
