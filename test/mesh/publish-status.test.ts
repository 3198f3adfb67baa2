import { describe, expect, it } from 'vitest';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  PrunedFieldsError,
  RetryableError,
} from '../../shared/model/errors.ts';
import type { StatusRecord } from '../../shared/model/records/status-record.ts';
import { blue, condition, early, instances, inTarget, late, node, publisher } from './publishing.ts';

describe('a status', () => {
  it('is recorded, written, and recorded as written', async () => {
    const { own, record, writes } = publisher();
    await own.publish(blue, inTarget('istio', { observedGeneration: 3 }));
    const status = { observedGeneration: 3, condition: condition('True') };
    expect(record()).toEqual({
      ...{ object: node('blue'), uid: 'u1', revision: 1, written: 1 },
      ...{ mesh: { ...status, changedAt: early }, targets: { istio: status } },
    });
    expect(writes).toEqual([
      {
        name: 'blue',
        status: {
          observedGeneration: 3,
          conditions: [
            {
              type: 'VirtualNodeActive',
              status: 'True',
              lastTransitionTime: early,
              reason: 'Applied',
              message: '',
            },
          ],
        },
      },
    ]);
  });

  it('that is as it was costs nothing', async () => {
    const { own, record, writes } = publisher();
    for (let count = 0; count < 2; count++) await own.publish(blue, inTarget('istio'));
    expect([record()?.revision, writes.length]).toEqual([1, 1]);
  });

  it('of an object that was made again is written, and its time is new', async () => {
    const { own, record, writes, state } = publisher();
    await own.publish(blue, inTarget('istio'));
    state.now = Date.parse(late);
    await own.publish({ ...blue, uid: 'u2' }, inTarget('istio'));
    expect(record()).toMatchObject({ uid: 'u2', revision: 2, written: 2, mesh: { changedAt: late } });
    expect(writes).toHaveLength(2);
  });

  it('of an object that was made again within a second is written, too', async () => {
    const { own, record, writes } = publisher();
    await own.publish(blue, inTarget('istio'));
    await own.publish({ ...blue, uid: 'u2' }, inTarget('istio'));
    expect([record()?.uid, writes.length]).toEqual(['u2', 2]);
  });

  it('keeps the time at which it changed from True or False', async () => {
    const { own, record, state } = publisher();
    const publish = (status: 'True' | 'False', message: string) =>
      own.publish(blue, inTarget('istio', { condition: condition(status, message) }));
    await publish('True', 'a');
    state.now = Date.parse(late);
    await publish('True', 'b');
    expect(record()?.mesh).toMatchObject({ condition: { message: 'b' }, changedAt: early });
    await publish('False', 'c');
    expect(record()?.mesh?.changedAt).toBe(late);
  });

  it('of an object is that of its instances, too, which another writer publishes', async () => {
    const { own, record, writes, state } = publisher();
    await own.publish(blue, inTarget('istio'));
    state.now = Date.parse(late);
    await own.publish(blue, { instances: instances('True') });
    expect(record()).toMatchObject({
      mesh: { changedAt: early },
      instances: { ...instances('True'), changedAt: late },
      targets: { istio: {} },
    });
    state.now += 60_000;
    await own.publish(blue, inTarget('istio', { observedGeneration: 9 }));
    expect(record()?.instances).toEqual({ ...instances('True'), changedAt: late });
    expect(writes.at(-1)?.status.conditions).toHaveLength(2);
    await own.publish(blue, { instances: null });
    expect(record()?.instances).toBeUndefined();
    expect(writes.at(-1)?.status.conditions).toHaveLength(1);
  });

  it.each([
    ['in several targets is stored in each', ['istio', 'envoy'], { istio: {}, envoy: {} }],
    ['in App Mesh alone is the whole status', ['app-mesh'], undefined],
    ['in App Mesh and another is stored in each', ['app-mesh', 'istio'], { istio: {}, 'app-mesh': {} }],
    ['in a target that the cluster has no more is dropped', ['envoy'], { envoy: {} }],
  ])('%s', async (_, targets, expected) => {
    const { own, record } = publisher({ targets });
    for (const target of ['istio', 'envoy', 'app-mesh'])
      await own.publish(blue, inTarget(target)).catch(() => undefined);
    if (expected === undefined) return expect(record()?.targets).toBeUndefined();
    expect(Object.keys(record()?.targets ?? {})).toEqual(Object.keys(expected));
  });

  it('tells the API server once of a route that is gone', async () => {
    const { own, record, writes } = publisher({ targets: ['app-mesh'] });
    await own.publish(blue, inTarget('app-mesh', { routeArns: { a: 'arn:a', b: 'arn:b' } }));
    await own.publish(blue, inTarget('app-mesh', { routeArns: { b: 'arn:b' } }));
    expect(writes.at(-1)?.status.routeARNs).toEqual({ a: null, b: 'arn:b' });
    expect(record()?.mesh?.routeArns).toEqual({ b: 'arn:b' });
    await own.publish(blue, inTarget('app-mesh', {}));
    expect(record()?.mesh).not.toHaveProperty('routeArns');
  });
});

describe('a status that another writer changes', () => {
  it('is read again before it is recorded, and written again after it', async () => {
    const { own, record, table, state, writes } = publisher();
    await own.publish(blue, inTarget('istio'));
    let isFirst = true;
    state.beforeReplace = () => {
      if (!isFirst) return;
      isFirst = false;
      const known = table.get('blue') as StatusRecord;
      table.set('blue', { ...known, revision: 5, instances: { ...instances('True'), changedAt: early } });
    };
    await own.publish(blue, inTarget('istio', { observedGeneration: 2 }));
    expect(record()).toMatchObject({ revision: 6, written: 6, instances: { status: 'True' } });
    expect(writes.at(-1)?.status.conditions).toHaveLength(2);
  });

  it('while it is written is written again, with both parts', async () => {
    const { own, record, table, state, writes } = publisher();
    let count = 0;
    state.beforeReplace = () => {
      count += 1;
      const known = table.get('blue');
      if (count !== 2 || known === undefined) return;
      table.set('blue', { ...known, revision: 2, instances: { ...instances('True'), changedAt: early } });
    };
    await own.publish(blue, inTarget('istio'));
    expect(writes.map(({ status }) => (status.conditions as unknown[]).length)).toEqual([1, 2]);
    expect(record()).toMatchObject({ revision: 2, written: 2 });
  });

  it('and removes while it is written is left alone', async () => {
    const { own, record, table, state, writes } = publisher();
    let count = 0;
    state.beforeReplace = () => {
      count += 1;
      if (count === 2) table.delete('blue');
    };
    await own.publish(blue, inTarget('istio'));
    expect([record(), writes.length]).toEqual([undefined, 1]);
  });

  it('fails where the table does', async () => {
    const { own, state } = publisher();
    state.beforeReplace = () => {
      throw new RetryableError('table');
    };
    await expect(own.publish(blue, inTarget('istio'))).rejects.toThrow('table');
    state.beforeReplace = () => {};
    await own.publish(blue, inTarget('istio'));
  });
});

describe('the records that have been read', () => {
  const stored: StatusRecord = { object: node('blue'), uid: 'u1', revision: 4, written: 4 };

  it('are not read again, and an object without one has none', async () => {
    const { own, finds, record } = publisher({ stored: [stored], isRead: true });
    await own.publish(blue, inTarget('istio'));
    await own.publish({ ...blue, ...node('green') }, inTarget('istio'));
    expect([finds, record()?.revision, record('green')?.revision]).toEqual([[], 5, 1]);
  });

  it('are read one by one otherwise, each once', async () => {
    const { own, finds, record } = publisher({ stored: [stored] });
    for (const observedGeneration of [1, 2])
      await own.publish(blue, inTarget('istio', { observedGeneration }));
    expect([finds, record()?.revision]).toEqual([['blue'], 6]);
  });

  it.each([
    [true, []],
    [false, ['blue']],
  ])(
    'cost neither a read nor a write if nothing is new (all have been read: %s)',
    async (isRead, expected) => {
      const applied = { condition: condition('True') };
      const same = { ...stored, mesh: { ...applied, changedAt: early }, targets: { istio: applied } };
      const { own, finds, writes, state } = publisher({ stored: [same], isRead });
      state.beforeReplace = () => {
        throw new Error('nothing is to be stored');
      };
      for (let count = 0; count < 2; count++) await own.publish(blue, inTarget('istio'));
      expect([finds, writes]).toEqual([expected, []]);
    },
  );

  it('are forgotten with their objects, and read again before anything is stored if those are made again', async () => {
    const { own, finds, table, state, record } = publisher({ stored: [stored], isRead: true });
    await own.forget(stored);
    expect(table.size).toBe(0);
    const findsBeforeReplace: number[] = [];
    state.beforeReplace = () => void findsBeforeReplace.push(finds.length);
    await own.publish(blue, inTarget('istio'));
    expect(findsBeforeReplace).toEqual([1, 1]);
    expect(record()).toMatchObject({ revision: 1, written: 1 });
  });

  it('are read again if another writer has changed them since', async () => {
    const { own, finds, table, record } = publisher({ stored: [stored], isRead: true });
    table.set('blue', { ...stored, revision: 7, written: 7 });
    await own.publish(blue, inTarget('istio'));
    expect(finds).toEqual(['blue']);
    expect(record()).toMatchObject({ revision: 8, written: 8 });
  });

  it('are left to a writer that changes one meanwhile', async () => {
    const { own, state } = publisher({ stored: [stored], isRead: true });
    state.beforeRemove = () => {
      throw new ConflictError('newer');
    };
    await own.forget(stored);
    state.beforeRemove = () => {
      throw new RetryableError('table');
    };
    await expect(own.forget(stored)).rejects.toThrow('table');
  });
});

describe('a write that the API server refuses', () => {
  const failure = (error: Error) => ({ message: error.message });

  it.each([
    ['since the object is gone', new NotFoundError('object', 'gone')],
    ['since another object has the name', new ConflictError('another')],
  ])('%s is no failure', async (_, error) => {
    const { own, record } = publisher({ errors: [error] });
    await own.publish(blue, inTarget('istio'));
    expect(record()).toMatchObject({ written: 1, problem: undefined });
  });

  it('is recorded once, and tried again at the next publication', async () => {
    const error = new PermanentError('forbidden');
    const { own, record, writes } = publisher({ errors: [error, error, undefined] });
    await own.publish(blue, inTarget('istio'));
    expect(record()).toMatchObject({ revision: 1, written: undefined, problem: failure(error) });
    const before = record();
    await own.publish(blue, inTarget('istio'));
    expect(record()).toBe(before);
    await own.publish(blue, inTarget('istio'));
    expect(record()).toMatchObject({ written: 1, problem: undefined });
    expect(writes).toHaveLength(3);
  });

  it.each([
    ['three times in a row ends all writes', [1, 1, 1], 3],
    ['but not three times in a row ends none', [1, 1, 0, 1, 1], 5],
  ])('%s', async (_, refusals, expected) => {
    const errors = refusals.map((refused) => (refused ? new PermanentError('forbidden') : undefined));
    const { own, writes, record } = publisher({ errors });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await own.publish({ ...blue, name }, inTarget('istio'));
    expect(writes).toHaveLength(expected);
    if (expected === 3) expect(record('e')?.problem?.message).toBe('forbidden');
  });

  it('because it does not answer ends all writes at once', async () => {
    const { own, writes, record } = publisher({ errors: [new RetryableError('no answer')] });
    for (const name of ['a', 'b']) await own.publish({ ...blue, name }, inTarget('istio'));
    expect([writes.length, record('b')?.problem?.message]).toEqual([1, 'no answer']);
  });

  it('because the CRD has no such field ends no others', async () => {
    const error = () => new PrunedFieldsError('pruned');
    const { own, writes, record } = publisher({ errors: [error(), error(), error()] });
    for (const name of ['a', 'b', 'c', 'd']) await own.publish({ ...blue, name }, inTarget('istio'));
    expect([writes.length, record('c')?.problem?.message, record('d')?.written]).toEqual([4, 'pruned', 1]);
  });

  it('for a reason that nobody foresaw fails, and the next publication still has its turn', async () => {
    const { own, record } = publisher({ errors: [new TypeError('a fault of ours')] });
    await expect(own.publish(blue, inTarget('istio'))).rejects.toThrow('a fault of ours');
    await own.publish(blue, inTarget('istio'));
    expect(record()?.written).toBe(1);
  });
});

it('two targets of an object take turns', async () => {
  const { own, record, writes } = publisher({ targets: ['istio', 'envoy'] });
  await Promise.all([own.publish(blue, inTarget('istio')), own.publish(blue, inTarget('envoy'))]);
  expect(record()).toMatchObject({ revision: 2, written: 2, mesh: { condition: { status: 'True' } } });
  expect(writes).toHaveLength(2);
});
