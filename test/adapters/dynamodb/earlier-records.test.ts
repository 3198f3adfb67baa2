import { beforeEach, describe, expect, it } from 'vitest';
import { MeshRuns } from '../../../shared/adapters/dynamodb/mesh-runs.ts';
import { MeshStatuses } from '../../../shared/adapters/dynamodb/mesh-statuses.ts';
import { Pods } from '../../../shared/adapters/dynamodb/pods.ts';
import type { Table } from '../../../shared/adapters/dynamodb/table.ts';
import type { MeshRunRecord } from '../../../shared/ports/mesh-ports.ts';
import { aPod } from '../../fakes/objects.ts';
import { dynamoDbTables } from './tables.ts';

const tables = dynamoDbTables();
let table: Table;
beforeEach(async () => {
  table = await tables();
});

describe('a record whose problems are texts, as earlier versions stored them', () => {
  it('a record whose problems are texts, as earlier versions stored them, is a pod without these problems', async () => {
    const pods = new Pods(table, () => 0);
    const pod = aPod();
    await pods.record({ pod, deleted: false });
    const known = { source: 'VirtualNode front', code: 'Refused', message: 'not yours' } as const;
    const former = { source: 'annotations', reason: 'wrong' } as unknown as typeof known;
    await pods.saveProblems(pod, [former, known]);
    expect((await pods.find(pod))?.problems).toEqual([known]);
  });

  it('a record whose problems are texts, as earlier versions stored them, is a status without this problem', async () => {
    const statuses = new MeshStatuses(table);
    const object = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } as const;
    const former = { problem: 'the API server does not answer' } as object;
    await statuses.replace('local', { object, uid: 'uid-1', revision: 1, ...former }, undefined);
    expect(await statuses.find('local', object)).toEqual({ object, uid: 'uid-1', revision: 1 });
  });
});

describe('a run that an earlier version recorded, with one time of verification', () => {
  it('a run that an earlier version recorded with one time was a verification against App Mesh', async () => {
    const runs = new MeshRuns(table);
    const former = { endedAtMs: 2, verifiedAtMs: 1 } as unknown as MeshRunRecord;
    await runs.save('local', former);
    expect(await runs.last('local')).toEqual({ endedAtMs: 2, verifiedAtMs: { 'app-mesh': 1 } });
  });
});
