import { beforeEach, describe, expect, it } from 'vitest';
import { DeadLetters } from '../../../shared/adapters/dynamodb/dead-letters.ts';
import { Services } from '../../../shared/adapters/dynamodb/services.ts';
import type { Table } from '../../../shared/adapters/dynamodb/table.ts';
import { dynamoDbTables } from './tables.ts';

const makeTable = dynamoDbTables();
let table: Table;
let nowMs = Date.UTC(2026, 10, 21, 10);

beforeEach(async () => {
  table = await makeTable();
});

const about = { cluster: 'local', kind: 'Pod', namespace: 'shop', name: 'front-1' };

describe('notes of what was dead-lettered', () => {
  const notes = () => new DeadLetters(table, () => nowMs);

  it('notes of what was dead-lettered are found by object, oldest first, each message once', async () => {
    await notes().note({ ...about, messageId: 'z', reason: 'first' });
    nowMs += 1000;
    await notes().note({ ...about, messageId: 'a', reason: 'second' });
    nowMs += 1000;
    await notes().note({ ...about, messageId: 'a', reason: 'second, again' });
    const found = await notes().of('local', 'Pod', 'shop', 'front-1');
    expect(found).toEqual([
      expect.objectContaining({ messageId: 'z', reason: 'first', at: '2026-11-21T10:00:00.000Z' }),
      expect.objectContaining({ messageId: 'a', reason: 'second, again' }),
    ]);
    expect(found[0]).toMatchObject({ kind: 'Pod', namespace: 'shop', name: 'front-1' });
  });

  it('notes of what was dead-lettered are not mixed up with those of objects whose names begin alike, nor of others', async () => {
    const others = [
      { ...about, name: 'front-10' },
      { ...about, namespace: 'shop2' },
      { ...about, kind: 'VirtualNode' },
      { ...about, cluster: 'second' },
    ];
    for (const [index, other] of others.entries())
      await notes().note({ ...other, messageId: `m-${index}`, reason: 'of another' });
    expect(await notes().of('local', 'Pod', 'shop', 'front-1')).toEqual([]);
    const names = (await notes().of('local', 'Pod', 'shop')).map(({ name }) => name);
    expect(names).toEqual(['front-10']);
  });

  it('notes of what was dead-lettered end with the message, after 14 days, even if DynamoDB has not deleted them yet', async () => {
    await notes().note({ ...about, messageId: 'm', reason: 'wrong' });
    nowMs += 14 * 24 * 3600_000 - 2_000;
    expect(await notes().of('local', 'Pod', 'shop', 'front-1')).toHaveLength(1);
    nowMs += 3_000;
    expect(await notes().of('local', 'Pod', 'shop', 'front-1')).toEqual([]);
  });
});

describe('services known', () => {
  it('services known are listed by account and Region, whatever their namespaces are called', async () => {
    const services = new Services(table);
    const service = {
      id: 'srv-1',
      name: 'front',
      httpName: 'shop.local',
      namespaceId: 'ns-1',
      namespaceKind: 'http',
      hasCustomHealthCheck: true,
    } as const;
    const key = { target: 'own/own', namespaceName: 'a/b', serviceName: 'front' };
    await services.save(key, service);
    await services.save({ ...key, target: 'own/eu-west-1' }, service);
    const owners = [{ cluster: 'c', kubernetesNamespace: 'k' }];
    const never = { sinceMs: 0, checkedAtMs: 0, leftoverNamespaces: [] };
    await services.replaceOwners({ ...key, serviceName: 'only-owned' }, { owners, ...never }, undefined);
    const found = [];
    for await (const known of services.ofTarget('own/own')) found.push(known);
    expect(found).toEqual([{ namespaceName: 'a/b', serviceName: 'front' }]);
  });

  it('services known keep the one owner that an earlier release stored', async () => {
    const services = new Services(table);
    const tenant = { cluster: 'c', kubernetesNamespace: 'k' };
    const key = { target: 'own/us-east-1', namespaceName: 'shop.local', serviceName: 'front' };
    await table.put({ pk: 'TENANT#own/us-east-1', sk: 'shop.local/front', tenant });
    const former = await services.owners(key);
    expect(former).toMatchObject({ owners: [tenant], version: 0 });
    if (former === undefined) throw new Error('it is stored');
    await services.replaceOwners(key, { ...former, leftoverNamespaces: [] }, former);
    expect(await services.owners(key)).toMatchObject({ owners: [tenant], version: 1 });
  });
});
