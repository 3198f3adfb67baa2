import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EntriesHarness } from './entries-harness.ts';

let harness: EntriesHarness;
beforeEach(() => {
  harness = new EntriesHarness();
});

describe('the report of a comparison', () => {
  it('is stored if it says something else, or is ten minutes younger than the last one', async () => {
    const stored = vi.spyOn(harness.entries, 'saveReport');
    let nowMs = harness.clock.now();
    harness.deps = { ...harness.deps, clock: { now: () => nowMs } };
    const storedAfter = async (elapsedMs: number) => {
      nowMs += elapsedMs;
      stored.mockClear();
      await harness.poll();
      return stored.mock.calls.length;
    };
    expect(await storedAfter(0)).toBe(1);
    expect(await storedAfter(599_999)).toBe(0);
    expect(await storedAfter(1)).toBe(1);
    harness.service(harness.namespace('shop.local'), 'web');
    expect(await storedAfter(1000)).toBe(1);
    expect(await storedAfter(1000)).toBe(1);
    expect(await storedAfter(1000)).toBe(0);
    expect(harness.reports).toHaveLength(6);
  });

  it('says of a cluster without ServiceEntries what is missing', async () => {
    harness.objects.served = { 'networking.istio.io/ServiceEntry': [] };
    await harness.poll();
    expect(harness.lastReport).toEqual({
      ...{ endedAtMs: harness.clock.now(), services: 0, written: 0, deleted: 0, refusedDeletions: 0 },
      counts: { KindNotServed: 1 },
      findings: [
        {
          ...{ kind: 'KindNotServed', subject: 'ServiceEntry' },
          message:
            "the cluster serves neither networking.istio.io/v1 nor networking.istio.io/v1beta1 for ServiceEntry; install Istio's CustomResourceDefinitions",
        },
      ],
    });
  });
});

describe('the Services of the cluster', () => {
  const listsServices = async () => {
    harness.objects.calls.length = 0;
    await harness.poll();
    return harness.objects.calls.filter((call) => /^list/.test(call)).length - 1;
  };

  it('are listed only for a new host that one of them could have', async () => {
    const [dotted, plain] = ['shop.local', 'shop'].map((name) => harness.namespace(name));
    expect(await listsServices()).toBe(0);
    harness.service(dotted ?? '', 'web');
    expect(await listsServices()).toBe(0);
    harness.service(plain ?? '', `${'a'.repeat(62)}_`);
    expect(await listsServices()).toBe(0);
    harness.service(plain ?? '', 'web');
    harness.service(plain ?? '', 'b.c');
    expect(await listsServices()).toBe(1);
    expect(await listsServices()).toBe(0);
  });
});

describe('another comparison', () => {
  it('is requested for what there was no time for', async () => {
    const shop = harness.namespace('shop.local');
    for (const name of ['a', 'b']) harness.register(harness.service(shop, name), '10.0.0.1');
    let nowMs = harness.clock.now();
    harness.deps = { ...harness.deps, clock: { now: () => (nowMs += 10_000) } };
    await harness.poll();
    expect(harness.sent).toMatchObject([
      {
        ...{ cluster: 'local', run: expect.stringMatching(/^continued \d+$/) },
        reason: 'the previous run did not have time for all services',
      },
    ]);
  });

  it('is requested of the namespace of a service that was not found', async () => {
    const shop = harness.namespace('shop.local');
    const id = harness.service(shop, 'a');
    await harness.poll();
    harness.call('DeleteService', { Id: id });
    harness.service(shop, 'b');
    await harness.poll();
    expect(harness.sent).toMatchObject([
      {
        ...{ run: expect.stringMatching(new RegExp(`^continued \\d+ ${shop}$`)), namespaceId: shop },
        reason: 'a known service was not found',
      },
    ]);
  });
});
