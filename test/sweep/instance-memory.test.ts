import { describe, expect, it } from 'vitest';
import { InstanceMemory } from '../../shared/sweep/instance-memory.ts';

const instancesOf = (count: number) =>
  new Map(
    Array.from({ length: count }, (_, index) => [`10.0.0.${index}`, { attributes: { index: `${index}` } }]),
  );

function memory(options: { maxUses?: number; maxAgeMs?: number; maxInstances?: number } = {}) {
  let nowMs = 0;
  return {
    memory: new InstanceMemory({ now: () => nowMs, ...options }),
    advance: (milliseconds: number) => {
      nowMs += milliseconds;
    },
  };
}

describe('InstanceMemory', () => {
  it('InstanceMemory answers a list for the same state of the same service, and for no other', () => {
    const { memory: lists } = memory();
    expect(lists.recall('srv-1', 'a')).toBeUndefined();
    lists.keep('srv-1', 'a', instancesOf(2));
    expect(lists.recall('srv-1', 'a')).toEqual(instancesOf(2));
    expect(lists.recall('srv-1', 'b')).toBeUndefined();
    expect(lists.recall('srv-2', 'a')).toBeUndefined();
  });

  it('InstanceMemory has a list read again after eleven uses', () => {
    const { memory: lists } = memory();
    lists.keep('srv-1', 'a', instancesOf(1));
    const uses = Array.from({ length: 13 }, () => lists.recall('srv-1', 'a') !== undefined);
    expect(uses).toEqual([...Array(11).fill(true), false, false]);
    lists.keep('srv-1', 'a', instancesOf(1));
    expect(lists.recall('srv-1', 'a')).toBeDefined();
  });

  it('InstanceMemory has a list read again after an hour', () => {
    const { memory: lists, advance } = memory();
    lists.keep('srv-1', 'a', instancesOf(1));
    advance(3_600_000);
    expect(lists.recall('srv-1', 'a')).toBeDefined();
    advance(1);
    expect(lists.recall('srv-1', 'a')).toBeUndefined();
  });

  it('InstanceMemory keeps no more instances than it may, the latest lists first', () => {
    const { memory: lists } = memory({ maxInstances: 10 });
    for (const id of ['srv-1', 'srv-2', 'srv-3']) lists.keep(id, 'a', instancesOf(4));
    expect(['srv-1', 'srv-2', 'srv-3'].map((id) => lists.recall(id, 'a')?.size)).toEqual([undefined, 4, 4]);
    lists.keep('srv-3', 'b', instancesOf(1));
    lists.keep('srv-4', 'a', instancesOf(5));
    expect(
      ['srv-2', 'srv-3', 'srv-4'].map((id) => lists.recall(id, id === 'srv-3' ? 'b' : 'a')?.size),
    ).toEqual([4, 1, 5]);
    lists.keep('srv-5', 'a', instancesOf(11));
    expect(['srv-2', 'srv-5'].map((id) => lists.recall(id, 'a'))).toEqual([undefined, undefined]);
  });
});
