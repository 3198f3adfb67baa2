import { describe, expect, it } from 'vitest';
import { readUnderWay } from '../../shared/explain/explain-operations.ts';
import { readHolder } from '../../shared/explain/explain-pod.ts';
import { namesOf, targetsOf } from '../../shared/explain/explain-service.ts';
import { readDrains } from '../../shared/explain/read-drains.ts';
import { readInvalidNodes } from '../../shared/explain/read-invalid-nodes.ts';
import { ReadAttempts } from '../../shared/explain/reads.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { Claim } from '../../shared/model/records/registration.ts';
import { down } from './harness/failing.ts';
import { aClaim, aConfig, aRecord, key } from './harness/pod-facts.ts';

const failed = (what: string) => [{ what, code: 'Unavailable', message: 'down' }];

describe('which clusters are drained', () => {
  const clusters = ['c', 'a', 'b'].map((name) => ({ name }));
  const drainsOf = async (find: (name: string) => Promise<unknown>) => {
    const reads = new ReadAttempts();
    const found = await readDrains({ drains: { find }, clusters } as never, reads);
    return { found: [...found], readFailures: reads.readFailures };
  };

  it('is sorted by their names, whatever is read first', async () => {
    const { found, readFailures } = await drainsOf(async (name) =>
      name === 'b' ? undefined : { sinceMs: 1 },
    );
    expect(found).toEqual([
      ['a', { sinceMs: 1 }],
      ['c', { sinceMs: 1 }],
    ]);
    expect(readFailures).toEqual([]);
  });

  it('is not known of one that cannot be read', async () => {
    const { found, readFailures } = await drainsOf((name) =>
      name === 'a' ? down() : Promise.resolve({ name }),
    );
    expect(found.map(([name]) => name)).toEqual(['b', 'c']);
    expect(readFailures).toEqual(failed('whether cluster a is drained'));
  });
});

describe('the operation in progress for an instance', () => {
  const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
  const claimOf = (instanceId: string, operationId: string) => aClaim({ instanceId, operationId });
  const nobody = async (): Promise<Claim | undefined> => undefined;
  const underWay = async (
    reader: object,
    claims: readonly Pick<Claim, 'instanceId' | 'operationId'>[] = [{ instanceId: 'i-1' }],
    find: (key: unknown, instanceId: string) => Promise<Claim | undefined> = nobody,
  ) => {
    const reads = new ReadAttempts();
    const deps = { cloudMapReader: () => reader, claims: { find } } as never;
    const asked = { key: service, serviceId: 'srv-1', claims };
    const found = await readUnderWay(deps, reads, aConfig(), asked);
    return { found, readFailures: reads.readFailures };
  };
  const running = (operations: Readonly<Record<string, string | undefined>>) => ({
    runningOperations: async (id: string) => (id === 'srv-1' ? Object.keys(operations) : []),
    runningOperation: async (id: string) =>
      operations[id] && { id, instanceId: operations[id], type: 'deregister' },
  });

  it('is the first that names it', async () => {
    const { found } = await underWay(running({ a: 'i-2', b: undefined, c: 'i-1', d: 'i-1' }));
    expect(found).toEqual({ id: 'c', type: 'deregister', instanceId: 'i-1' });
    expect((await underWay(running({ a: 'i-2' }))).found).toBeUndefined();
  });

  it('is one for any of the instances that are asked about', async () => {
    const claims = [claimOf('i-1', 'op-1'), claimOf('i-2', 'op-2')];
    const { found } = await underWay(running({ a: 'i-3', b: 'i-2', c: 'i-1' }), claims);
    expect(found).toMatchObject({ id: 'b', instanceId: 'i-2' });
  });

  it.each([
    [50, { id: 'o-50', type: 'deregister', instanceId: 'i-1' }],
    [51, undefined],
  ])('is searched in 50 operations that no claim has: %i', async (count, expected) => {
    const ids = Array.from({ length: count }, (_, index) => `o-${index + 1}`);
    const operations = Object.fromEntries(ids.map((id) => [id, id === `o-${count}` ? 'i-1' : 'i-2']));
    const own = [claimOf('i-1', 'own-1'), claimOf('i-3', 'own-3')];
    const reader = running({ 'own-1': 'i-1', 'own-3': 'i-3', ...operations });
    expect((await underWay(reader, own)).found).toEqual(expected);
  });

  it.each<readonly [string, Claim | undefined, string | undefined]>([
    ['no claim', undefined, 'a'],
    ['another operation', claimOf('i-1', 'op-2'), 'a'],
    ['this operation', claimOf('i-1', 'a'), undefined],
    [
      'a registration in progress',
      aClaim({ instanceId: 'i-1', operationId: 'op-1', phase: 'claimed' }),
      undefined,
    ],
    ['a release in progress', aClaim({ instanceId: 'i-1', phase: 'releasing' }), undefined],
  ])('is not our own if the claim, read again, has %s', async (_, claim, expected) => {
    const find = async (key: unknown, id: string) => (key === service && id === 'i-1' ? claim : undefined);
    const { found } = await underWay(running({ a: 'i-1' }), [claimOf('i-1', 'op-1')], find);
    expect(found?.id).toBe(expected);
  });

  it('is not known if the operations cannot be read', async () => {
    expect(await underWay({ runningOperations: down })).toEqual({
      ...{ found: undefined, readFailures: failed('the operations in progress in shop.local/front') },
    });
  });
});

it('the invalid virtual nodes of a namespace are those that are not deleted', async () => {
  const node = (name: string, fault?: string, deleted = false) => ({
    ...{ object: { metadata: { name } }, deleted, fault },
  });
  const asked: unknown[] = [];
  const objects = {
    async *inRange(...range: readonly string[]) {
      asked.push(range);
      yield* [
        node('a', 'spec: wrong'),
        node('b'),
        node('c', 'spec: wrong', true),
        node('d', 'spec.x: wrong'),
      ];
    },
  };
  expect(await readInvalidNodes({ objects } as never, 'local', 'shop')).toEqual([
    { name: 'a', fault: 'spec: wrong' },
    { name: 'd', fault: 'spec.x: wrong' },
  ]);
  expect(asked).toEqual([['local', 'VirtualNode', 'shop/', 'shop0']]);
});

describe('the pod that has a claim', () => {
  const holderOf = async (find: () => Promise<unknown>) => {
    const reads = new ReadAttempts();
    const holder = await readHolder(
      { pods: { find } } as never,
      reads,
      aClaim({ owner: { ...key, uid: 'uid-1' } }),
    );
    return [holder, reads.readFailures];
  };

  it.each([
    ['alive', aRecord()],
    ['terminating', aRecord({ terminating: true })],
    ['replaced', aRecord({ uid: 'uid-2', terminating: true })],
    ['deleted', aRecord({ uid: 'uid-2' }, { deleted: true })],
    ['not observed', undefined],
  ])('is %s', async (holder, record) => {
    expect(await holderOf(async () => record)).toEqual([holder, []]);
  });

  it('is unreadable', async () => {
    expect(await holderOf(down)).toEqual(['unreadable', failed('the pod that has the claim')]);
  });
});

describe('the service that is asked about', () => {
  it('is what follows the last slash', () => {
    expect(namesOf('shop/a.local/front')).toEqual({ namespaceName: 'shop/a.local', serviceName: 'front' });
  });

  it('is in each account and Region in which clusters register, with the first cluster of each', () => {
    const { clusters } = clustersFile.parse({
      clusters: [
        { name: 'a' },
        { name: 'b', cloudMap: { region: 'eu-west-1' } },
        { name: 'c' },
        { name: 'd', cloudMap: { region: 'eu-west-1' } },
      ],
    });
    expect(targetsOf({ clusters } as never).map(({ target, config }) => [target, config.name])).toEqual([
      ['own/own', 'a'],
      ['own/eu-west-1', 'b'],
    ]);
  });
});
