import { beforeEach, describe, expect, it } from 'vitest';
import { RetryableError } from '../../shared/model/errors.ts';
import { pollRequested, serviceChanged } from '../../shared/model/events/service-entry-requests.ts';
import { nextCheck } from '../../shared/service-entries/plan/next-check.ts';
import { syncEntries } from '../../shared/service-entries/sync-entries.ts';
import { EntriesHarness } from './entries-harness.ts';

let harness: EntriesHarness;
let cart: string;
beforeEach(async () => {
  harness = new EntriesHarness();
  const shop = harness.namespace('shop');
  cart = harness.service(shop, 'cart');
  harness.register(cart, '10.0.0.1');
  harness.register(harness.service(shop, 'other'), '10.0.0.9');
  await harness.poll();
});

/** Handles the reads that were put off, at their times, until there are none. */
async function workOff(): Promise<number> {
  let checks = 0;
  for (let next = harness.laterChecks.shift(); next !== undefined; next = harness.laterChecks.shift()) {
    checks += 1;
    const { event, dueAtMs } = next;
    harness.clock.advance(Math.max(0, dueAtMs - harness.clock.now()));
    await syncEntries(harness.deps, 'local', [event]);
  }
  return checks;
}

describe('a changed service', () => {
  it('a changed service costs one call of Cloud Map, and a read and a write of its ServiceEntry', async () => {
    harness.register(cart, '10.0.0.2');
    const calls = await harness.callsOf(() => harness.check(cart));
    expect(calls).toEqual({
      cloudMap: { DiscoverInstances: 1 },
      cluster: { discover: 1, get: 1, apply: 1 },
    });
    expect(harness.endpoints['cart.shop']).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('the check of a service that has not changed makes no call to the cluster', async () => {
    const calls = await harness.callsOf(() => harness.check(cart));
    expect(calls).toEqual({ cloudMap: { DiscoverInstances: 1 }, cluster: {} });
  });

  it('a changed service is read again until the accepted operation has ended, and once more', async () => {
    harness.cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 3_500;
    harness.register(cart, '10.0.0.2');
    await harness.check(cart);
    expect(harness.endpoints['cart.shop']).toEqual(['10.0.0.1']);
    const checks = await workOff();
    expect(harness.endpoints['cart.shop']).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(checks).toBe(2);
  });

  it('a changed service is read again for a change of health that takes half a minute', async () => {
    const paid = harness.service(harness.namespace('paid'), 'desk', { HealthCheckCustomConfig: {} });
    harness.register(paid, '10.0.0.3');
    harness.register(paid, '10.0.0.4');
    await harness.poll();
    harness.cloudMap.settings.customHealthAfterMs = 30_000;
    harness.setHealth(paid, '10.0.0.4', 'UNHEALTHY');
    await harness.check(paid);
    await workOff();
    expect(harness.endpoints['desk.paid']).toEqual(['10.0.0.3']);
  });

  it('the check of a service sees the second of two changes within a second, which are one request', async () => {
    harness.register(cart, '10.0.0.2');
    harness.cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 1_500;
    harness.register(cart, '10.0.0.3');
    await harness.check(cart);
    expect(harness.endpoints['cart.shop']).toEqual(['10.0.0.1', '10.0.0.2']);
    await workOff();
    expect(harness.endpoints['cart.shop']).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  });

  it('a change that a comparison saw before the check is not read for half a minute', async () => {
    const empty = harness.service(harness.namespace('more'), 'new');
    for (const id of [cart, empty]) {
      const sinceMs = harness.clock.now();
      harness.register(id, '10.0.0.2');
      harness.clock.advance(1_000);
      await harness.poll();
      await syncEntries(harness.deps, 'local', [serviceChanged('local', id, sinceMs)]);
      expect(await workOff()).toBe(2);
    }
  });

  it('a change that a comparison saw before the call does not end the reads that follow the call', async () => {
    harness.register(cart, '10.0.0.2');
    await harness.poll();
    await harness.check(cart);
    expect(await workOff()).toBe(3);
  });

  it('the check of a service that does not exist lists all services and deletes its ServiceEntry', async () => {
    harness.deregister(cart, '10.0.0.1');
    harness.call('DeleteService', { Id: cart });
    await harness.check(cart);
    expect(Object.keys(harness.endpoints)).toEqual(['other.shop']);
    expect(harness.laterChecks).toEqual([]);
  });

  it('the check of a service that is not known lists all services', async () => {
    const added = harness.service(harness.namespace('more'), 'new');
    harness.register(added, '10.0.0.7');
    await harness.check(added);
    expect(harness.endpoints['new.more']).toEqual(['10.0.0.7']);
  });

  it('the check of a service whose ServiceEntry somebody deleted or replaced compares all services', async () => {
    const [entry] = harness.live.filter(
      ({ spec }) => (spec?.hosts as string[] | undefined)?.[0] === 'cart.shop',
    );
    const { name, namespace = '', uid } = entry?.metadata ?? { name: '', uid: '' };
    const id = { apiVersion: entry?.apiVersion ?? '', kind: 'ServiceEntry', name, namespace };
    await harness.objects.delete({ id, uid });
    const metadata = { name, namespace };
    const theirs = { ...id, metadata, spec: { hosts: ['theirs'] } };
    harness.objects.write(theirs, { manager: 'kubectl' });
    harness.register(cart, '10.0.0.2');
    await harness.check(cart);
    expect(harness.endpoints.theirs).toEqual([]);
    expect(harness.lastReport?.counts).toEqual({ NameTaken: 1 });
  });

  it('the check of a service that is not imported makes no call', async () => {
    harness = new EntriesHarness({ services: [{ name: 'cart' }] }).use(harness.cloudMap);
    await harness.poll();
    const known = await Array.fromAsync(harness.entries.services('local'));
    const other = known.find(({ isSelected }) => !isSelected);
    expect(other?.name).toBe('other');
    expect(await harness.callsOf(() => harness.check(other?.id ?? ''))).toEqual({
      cloudMap: {},
      cluster: {},
    });
  });

  it('a changed service is read once for all its requests in a batch', async () => {
    const requests = [1, 2, 3].map(() => serviceChanged('local', cart, harness.clock.now()));
    const { cloudMap } = await harness.callsOf(() => syncEntries(harness.deps, 'local', requests));
    expect(cloudMap).toEqual({ DiscoverInstances: 1 });
  });

  it('the latest of several changes of a service decides when it is read again', async () => {
    const nowMs = harness.clock.now();
    const times = [nowMs - 2_000, nowMs];
    for (const each of [times, times.toReversed()]) {
      harness.laterChecks.length = 0;
      const requests = each.map((atMs) => serviceChanged('local', cart, atMs));
      await syncEntries(harness.deps, 'local', requests);
      expect(harness.laterChecks.map(({ event }) => event)).toEqual([serviceChanged('local', cart, nowMs)]);
    }
  });

  it('a check that fails fails the run, after the comparison that others need', async () => {
    const fault = new RetryableError('no answer');
    const catalog = {
      ...harness.deps.catalog(harness.deps.cluster('local')),
      instances: () => Promise.reject(fault),
    };
    const deps = { ...harness.deps, catalog: () => catalog as never };
    await expect(syncEntries(deps, 'local', [serviceChanged('local', cart, 0)])).rejects.toBe(fault);
  });

  it('a full request has all services read, also beside requests that are not', async () => {
    const { cloudMap } = await harness.callsOf(() =>
      syncEntries(harness.deps, 'local', [
        pollRequested('local', '1', 'test'),
        pollRequested('local', '2', 'test', { isFull: true }),
      ]),
    );
    expect(cloudMap).toMatchObject({ DiscoverInstances: 2 });
  });
});

describe('two namespaces of one name', () => {
  it('two namespaces of one name have one ServiceEntry, and a change of either is compared with the other', async () => {
    harness = new EntriesHarness();
    const ids = ['vpc-1', 'vpc-2'].map((Vpc) => {
      harness.call('CreatePrivateDnsNamespace', { Name: 'shop.local', Vpc });
      const id = harness.cloudMap.snapshot().namespaces.at(-1)?.id ?? '';
      return harness.service(id, 'cart', { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] } });
    });
    ids.forEach((id, index) => {
      harness.register(id, `10.0.0.${index + 1}`);
    });
    await harness.poll();
    const first = harness.endpoints;
    expect(harness.live).toHaveLength(1);
    for (const id of ids) await harness.check(id);
    await harness.poll();
    expect(harness.endpoints).toEqual(first);
    expect(harness.lastReport?.written).toBe(0);
  });
});

describe('nextCheck', () => {
  const event = serviceChanged('local', 'srv-1', 10_400);
  it.each([
    ['at once, nothing seen', 10_500, false, undefined, 12_000, undefined],
    ['at once, seen', 10_500, true, undefined, 12_000, true],
    ['after two seconds, nothing seen', 12_000, false, undefined, 15_000, undefined],
    ['after two seconds, seen', 12_000, true, undefined, 15_000, true],
    ['after five seconds, nothing seen', 15_000, false, undefined, 46_000, undefined],
  ] as const)('nextCheck plans another check: %s', (_, nowMs, sawChange, isSeen, dueAtMs, isSeenThen) => {
    const next = nextCheck({ ...event, isSeen }, { nowMs, sawChange });
    expect(next?.dueAtMs).toBe(dueAtMs);
    expect(next?.event.isSeen).toBe(isSeenThen);
  });

  it.each([
    ['seen before, and nothing more', 15_000, false, true],
    ['seen after five seconds', 15_000, true, undefined],
    ['after half a minute', 46_000, false, undefined],
    ['an event of CloudTrail that is minutes late', 200_000, true, undefined],
  ] as const)('nextCheck plans no further check: %s', (_, nowMs, sawChange, isSeen) => {
    expect(nextCheck({ ...event, isSeen }, { nowMs, sawChange })).toBeUndefined();
  });
});
