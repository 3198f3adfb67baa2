import { beforeEach, describe, expect, it } from 'vitest';
import { MeshClaims } from '../../../shared/adapters/dynamodb/mesh-claims.ts';
import { MeshRuns } from '../../../shared/adapters/dynamodb/mesh-runs.ts';
import { MeshStatuses } from '../../../shared/adapters/dynamodb/mesh-statuses.ts';
import { ConflictError } from '../../../shared/model/errors.ts';
import type { MeshClaim, ObjectName } from '../../../shared/model/records/mesh-claim.ts';
import type { StatusRecord } from '../../../shared/model/records/status-record.ts';
import type { MeshClaimStore, MeshRunStore, StatusStore } from '../../../shared/ports/mesh-ports.ts';
import { memoryMeshStores } from '../../fakes/stores/memory-mesh.ts';
import { dynamoDbTables } from './tables.ts';

interface Stores {
  readonly meshClaims: MeshClaimStore;
  readonly statuses: StatusStore;
  readonly meshRuns: MeshRunStore;
}

const sourceObject: ObjectName = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' };
const resource = { kind: 'virtualNode', meshName: 'shop', name: 'blue_apps' };
const claim: Omit<MeshClaim, 'revision'> = {
  key: 'virtualNode/shop/blue_apps',
  resource,
  sourceObject,
  phase: 'claimed',
  dependsOn: ['mesh/shop'],
};
/** With fields that a target adds. */
const full: Omit<MeshClaim, 'revision'> & { readonly version: number; readonly createdAtMs: number } = {
  ...claim,
  phase: 'applied',
  ...{ fingerprint: 'f', id: 'arn:aws:appmesh:x', version: 3, createdAtMs: 1_700_000_000_123 },
  refused: { inputsHash: 'c', reason: 'Refused', message: 'no' },
};
const status: StatusRecord = {
  object: sourceObject,
  uid: 'uid-1',
  mesh: {
    ...{ observedGeneration: 2, arn: null, routeArns: { a: 'arn', b: null } },
    condition: { status: 'False', reason: 'NameTaken', message: 'the name is taken' },
    changedAt: '2026-11-21T10:00:00Z',
  },
  revision: 1,
};
const all = <T>(items: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(items);

/** One suite for the real stores and for those that other tests use. */
function contract(makeStores: () => Promise<Stores>) {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('claims on resources', () => {
    const named = (name: string, changes: Partial<MeshClaim> = {}) => ({
      ...{ ...claim, ...changes },
      key: `virtualNode/shop/${name}`,
    });

    it('claims on resources are answered with their next revision, and as they were written', async () => {
      const first = await stores.meshClaims.put('local', claim, undefined);
      expect(first).toEqual({ ...claim, revision: 1 });
      const second = await stores.meshClaims.put('local', full, first);
      expect(second).toEqual({ ...full, revision: 2 });
      expect(await all(stores.meshClaims.all('local'))).toEqual([second]);
      const third = await stores.meshClaims.put('local', { ...claim, id: undefined }, second);
      expect(await all(stores.meshClaims.all('local'))).toEqual([{ ...claim, revision: 3 }]);
      await stores.meshClaims.remove('local', third);
      expect(await all(stores.meshClaims.all('local'))).toEqual([]);
    });

    it('claims on resources are written only as the caller last saw them', async () => {
      const first = await stores.meshClaims.put('local', claim, undefined);
      await expect(stores.meshClaims.put('local', full, undefined)).rejects.toThrow(ConflictError);
      const second = await stores.meshClaims.put('local', full, first);
      await expect(stores.meshClaims.put('local', full, first)).rejects.toThrow(ConflictError);
      await expect(stores.meshClaims.remove('local', first)).rejects.toThrow(ConflictError);
      await stores.meshClaims.remove('local', second);
      await expect(stores.meshClaims.remove('local', second)).rejects.toThrow(ConflictError);
      await expect(stores.meshClaims.put('local', full, second)).rejects.toThrow(ConflictError);
    });

    it('claims on resources are distinguished by their keys', async () => {
      for (const name of ['a', 'b', 'a/b']) await stores.meshClaims.put('local', named(name), undefined);
      expect(await all(stores.meshClaims.all('local'))).toHaveLength(3);
    });

    it('claims on resources are each cluster’s own, also where one’s name begins like the other’s', async () => {
      await stores.meshClaims.put('local', named('a'), undefined);
      await stores.meshClaims.put('local-2', named('b'), undefined);
      const names = async (cluster: string) =>
        (await all(stores.meshClaims.all(cluster))).map(({ key }) => key.split('/').at(-1));
      expect(await names('local')).toEqual(['a']);
      expect(await names('local-2')).toEqual(['b']);
      expect(await names('loc')).toEqual([]);
    });

    it('claims on resources are all there, more than a page of them', async () => {
      const long = 'x'.repeat(4_000);
      for (let index = 0; index < 300; index++)
        await stores.meshClaims.put('local', named(`n${index}`, { owner: long }), undefined);
      expect(await all(stores.meshClaims.all('local'))).toHaveLength(300);
    });
  });

  describe('statuses', () => {
    it('statuses are found as they were written', async () => {
      expect(await stores.statuses.find('local', sourceObject)).toBeUndefined();
      await stores.statuses.replace('local', status, undefined);
      expect(await stores.statuses.find('local', sourceObject)).toEqual(status);
      expect(await all(stores.statuses.all('local'))).toEqual([status]);
      expect(await stores.statuses.find('other', sourceObject)).toBeUndefined();
      expect(
        await stores.statuses.find('local', { ...sourceObject, kind: 'VirtualService' }),
      ).toBeUndefined();
      expect(await all(stores.statuses.all('loc'))).toEqual([]);
    });

    it.each([
      ['of which another was written since', { revision: 2 }],
      ['that the object was written since', { written: 1 }],
    ])('statuses %s are not replaced or removed', async (_, change) => {
      const now = { ...status, ...change };
      await stores.statuses.replace('local', now, undefined);
      await expect(stores.statuses.replace('local', status, undefined)).rejects.toThrow(ConflictError);
      await expect(stores.statuses.replace('local', status, status)).rejects.toThrow(ConflictError);
      await expect(stores.statuses.remove('local', status)).rejects.toThrow(ConflictError);
      expect(await stores.statuses.find('local', sourceObject)).toEqual(now);
      const problem = { code: 'Unavailable', message: 'unreachable' } as const;
      await stores.statuses.replace('local', { ...now, revision: 9, problem }, now);
      expect(await stores.statuses.find('local', sourceObject)).toEqual({
        ...{ ...now, revision: 9 },
        problem,
      });
      await stores.statuses.remove('local', { ...now, revision: 9 });
      expect(await stores.statuses.find('local', sourceObject)).toBeUndefined();
    });

    it('statuses of cluster-scoped objects and of namespaced ones of one name are two', async () => {
      const mesh: ObjectName = { kind: 'Mesh', namespace: '', name: 'blue' };
      await stores.statuses.replace('local', { ...status, object: mesh }, undefined);
      await stores.statuses.replace('local', status, undefined);
      expect((await stores.statuses.find('local', mesh))?.object).toEqual(mesh);
      expect(await all(stores.statuses.all('local'))).toHaveLength(2);
    });
  });

  describe('runs', () => {
    it('runs are the last of each cluster', async () => {
      expect(await stores.meshRuns.last('local')).toBeUndefined();
      await stores.meshRuns.save('local', { endedAtMs: 1 });
      await stores.meshRuns.save('other', { endedAtMs: 2, verifiedAtMs: { istio: 2 } });
      expect(await stores.meshRuns.last('local')).toEqual({ endedAtMs: 1 });
      await stores.meshRuns.save('local', { endedAtMs: 3, verifiedAtMs: undefined });
      expect(await stores.meshRuns.last('local')).toEqual({ endedAtMs: 3 });
      expect(await stores.meshRuns.last('other')).toEqual({ endedAtMs: 2, verifiedAtMs: { istio: 2 } });
    });
  });
}

describe('in memory', () => {
  contract(async () => memoryMeshStores());
});

describe('in DynamoDB (dynalite)', () => {
  const makeTable = dynamoDbTables();

  contract(async () => {
    const table = await makeTable();
    return {
      meshClaims: new MeshClaims(table),
      statuses: new MeshStatuses(table),
      meshRuns: new MeshRuns(table),
    };
  });
});
