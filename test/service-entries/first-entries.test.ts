import { beforeEach, describe, expect, it } from 'vitest';
import { EntriesHarness } from './entries-harness.ts';

let harness: EntriesHarness;
beforeEach(() => {
  harness = new EntriesHarness();
});

describe('a comparison', () => {
  it('a comparison with Cloud Map creates no ServiceEntry for the host of a Kubernetes Service, and reports it', async () => {
    harness.register(harness.service(harness.namespace('shop'), 's-0'), '10.0.0.0');
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's-0', namespace: 'shop' } };
    await harness.objects.write(service, { manager: 'kubectl' });
    await harness.poll();
    expect(harness.live).toEqual([]);
    expect(harness.lastReport).toMatchObject({ counts: { DuplicateHost: 1 } });
  });

  it('a service whose pods are all gone gets no first ServiceEntry, and an empty service of others gets one', async () => {
    const shop = harness.namespace('shop.local');
    const id = harness.service(shop, 'own');
    harness.service(shop, 'theirs');
    const key = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'own' };
    const names = { name: 'own', namespaceId: shop, namespaceKind: 'http', httpName: 'shop.local' } as const;
    await harness.services.save(key, { id, ...names, hasCustomHealthCheck: false });
    await harness.poll();
    expect(harness.endpoints).toEqual({ 'theirs.shop.local': [] });
    harness.register(id, '10.0.0.1', { 'k8s.io/cluster': 'other' });
    await harness.poll();
    harness.deregister(id, '10.0.0.1');
    await harness.poll();
    expect(harness.endpoints).toEqual({ 'own.shop.local': [], 'theirs.shop.local': [] });
  });
});
