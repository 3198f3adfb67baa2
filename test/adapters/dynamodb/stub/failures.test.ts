import { describe, expect, it } from 'vitest';
import type { Table } from '../../../../shared/adapters/dynamodb/table.ts';
import { storesOf } from '../../../../shared/lambda/compose/stores.ts';
import { ConflictError, RetryableError } from '../../../../shared/model/errors.ts';
import type { CloudMapService } from '../../../../shared/model/records/registration.ts';
import { aPod } from '../../../fakes/objects.ts';
import { stubTable } from './stub-table.ts';

const broken = new RetryableError('the table is down');
const changed = new ConflictError('it has changed');
const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const found: CloudMapService = {
  ...{ id: 'srv-1', name: 'front', httpName: 'shop.local', namespaceId: 'ns-1' },
  ...{ namespaceKind: 'http', hasCustomHealthCheck: true },
};
const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const claim = {
  ...{ service, instanceId: '10.0.0.1', owner, serviceId: 'srv-1', version: 3, waitRevision: 0, waiting: [] },
} as never;
const waiting = { ...owner, createdAt: '2026-11-21T10:00:00Z', instanceId: '10.0.0.1' };
const part = {
  ...{ id: 'l', resourceVersion: '1', part: 1, parts: 1, from: '', to: null, objects: [] },
};
const stores = (table: Table) => storesOf(table, () => 0);

/** Writes with a condition, and what they answer if it is not met. */
const writes: readonly (readonly [string, (table: Table) => Promise<unknown>, unknown])[] = [
  ['the end of a retired pod', (table) => stores(table).pods.retire(aPod(), 'uid-1'), undefined],
  ['the wait for a claim', (table) => stores(table).claims.wait(claim, owner), false],
  ['the begin of a drain', (table) => stores(table).drains.begin('local', 1), undefined],
  ['the instances of a drain', (table) => stores(table).drains.noteInstances('local', 1), undefined],
  ['a service', (table) => stores(table).services.save(service, found), undefined],
  [
    'a full service',
    (table) => stores(table).services.markFull(service, 'srv-1', { atMs: 1, quota: 'service' }),
    undefined,
  ],
  [
    'a service that is no longer used',
    (table) => stores(table).usedServices.remove('local', { service, usedAtMs: 1 }),
    undefined,
  ],
  ['a waiting pod', (table) => stores(table).waitingPods.add(service, waiting), undefined],
];

describe('a conditional write that may meet a change of others', () => {
  it.each(writes)('accepts the change: %s', async (_, write, answer) => {
    expect(await write(stubTable({ error: changed }).table)).toBe(answer);
  });

  it.each(writes)('fails with any other error: %s', async (_, write) => {
    await expect(write(stubTable({ error: broken }).table)).rejects.toBe(broken);
  });

  it('accepts a part of a listing that has arrived before, and fails with any other error', async () => {
    const save = (error: Error) =>
      stores(stubTable({ error, putError: undefined }).table).listings.savePart('local', part);
    await expect(save(changed)).resolves.toBeUndefined();
    await expect(save(broken)).rejects.toBe(broken);
  });
});

describe('a pod that others store at the same time', () => {
  const record = (error: Error, items: readonly object[] = []) => {
    const stub = stubTable({ error, items });
    const recording = stores(stub.table).pods.record({ pod: aPod(), deleted: false });
    return { recording, operations: () => stub.asked.map(([operation]) => operation) };
  };

  it('is tried three times where the record is gone or expired', async () => {
    for (const items of [[], [{ pk: 'p', sk: 's', expiresAt: 0 }]]) {
      const { recording, operations } = record(changed, items);
      await expect(recording).rejects.toThrow(
        'pod shop/front-1 of cluster local is stored by others at the same time',
      );
      await expect(recording).rejects.toBeInstanceOf(ConflictError);
      expect(operations()).toEqual(['update', 'get', 'update', 'get', 'update', 'get']);
    }
  });

  it('is not tried again after any other error', async () => {
    const { recording, operations } = record(broken);
    await expect(recording).rejects.toBe(broken);
    expect(operations()).toEqual(['update']);
  });
});

describe('a claim that others take at the same time', () => {
  it('is theirs', async () => {
    const item = { pk: 'p', sk: 's', ...(claim as object), waiting: {} };
    const rival = { ...owner, name: 'front-2' };
    const { table, asked } = stubTable({ error: changed, items: [item] });
    const id = { service, instanceId: '10.0.0.1' };
    const taken = await stores(table).claims.take(id, rival, 'srv-1', 1, { seen: null });
    expect(taken).toMatchObject({ owner, version: 3, waiting: [] });
    expect(asked.map(([operation]) => operation)).toEqual(['put', 'get']);
  });

  it('is read first unless the caller has seen it', async () => {
    const id = { service, instanceId: '10.0.0.1' };
    for (const [seen, operations] of [
      [undefined, ['get', 'put']],
      [null, ['put']],
      [claim, ['put']],
    ] as const) {
      const { table, asked } = stubTable();
      await stores(table).claims.take(id, owner, 'srv-1', 1, { seen });
      expect(asked.map(([operation]) => operation)).toEqual(operations);
    }
  });

  it('cannot be taken where the table fails', async () => {
    const id = { service, instanceId: '10.0.0.1' };
    const { table } = stubTable({ error: broken });
    await expect(stores(table).claims.take(id, owner, 'srv-1', 1, { seen: null })).rejects.toBe(broken);
  });
});
