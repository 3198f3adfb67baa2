import { describe, expect, it } from 'vitest';
import { ServiceEntries } from '../../../shared/adapters/dynamodb/service-entries.ts';
import type { KnownService, ServiceEntryStore } from '../../../shared/ports/service-entry-ports.ts';
import { MemoryServiceEntries } from '../../fakes/stores/memory-service-entries.ts';
import { dynamoDbTables } from './tables.ts';

const service: KnownService = {
  ...{ id: 'srv-1', arn: 'arn:aws:servicediscovery:us-west-2:000000000000:service/srv-1', name: 'cart' },
  ...{ healthCheck: 'none', namespaceId: 'ns-1', isSelected: true },
};

describe('in memory', () => contract(async () => new MemoryServiceEntries()));
describe('in DynamoDB (dynalite)', () => {
  const makeTable = dynamoDbTables();
  contract(async () => new ServiceEntries(await makeTable()));
});

const report = {
  ...{ endedAtMs: 1, services: 0, written: 0, deleted: 0, refusedDeletions: 0 },
  ...{ counts: {}, findings: [] },
};

function contract(makeStore: () => Promise<ServiceEntryStore>): void {
  const allOf = async (store: ServiceEntryStore, cluster: string) =>
    (await Array.fromAsync(store.services(cluster))).map(({ id }) => id).sort();

  it('the store lists the services of one cluster, without its namespaces and its report', async () => {
    const store = await makeStore();
    await store.saveNamespaces('local', []);
    await store.saveReport('local', report);
    await store.saveService('local', service);
    await store.saveService('local', { ...service, id: 'srv-2' });
    await store.saveService('other', { ...service, id: 'srv-3' });
    expect(await allOf(store, 'local')).toEqual(['srv-1', 'srv-2']);
    expect(await allOf(store, 'third')).toEqual([]);
    expect(await store.service('other', 'srv-3')).toEqual({ ...service, id: 'srv-3' });
    expect(await store.service('other', 'srv-1')).toBeUndefined();
  });

  it('the store replaces a service as a whole, and removes it', async () => {
    const store = await makeStore();
    await store.saveService('local', { ...service, revision: 7 });
    await store.saveService('local', service);
    expect(await store.service('local', 'srv-1')).toEqual(service);
    await store.removeService('local', 'srv-1');
    await store.removeService('local', 'srv-1');
    expect(await allOf(store, 'local')).toEqual([]);
  });

  it('the store has no namespaces before they are saved', async () => {
    const store = await makeStore();
    expect(await store.namespaces('local')).toBeUndefined();
    expect(await store.report('local')).toBeUndefined();
    await store.saveNamespaces('local', []);
    expect(await store.namespaces('local')).toEqual([]);
  });
}
