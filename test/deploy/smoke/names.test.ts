import { describe, expect, it } from 'vitest';
import { namesOf, newRunId, runOf, runOfPart, startedAtMs } from '../../../deploy/smoke/names.ts';

const now = Date.UTC(2026, 10, 28, 6, 0, 0);

describe('names of a smoke test', () => {
  it('a run is recognized by each of its names, and its start is known', () => {
    const id = newRunId(now, () => 0.5);
    const names = namesOf('production', id);
    expect(startedAtMs(id)).toBe(now);
    expect([runOf('production', names.namespace), runOf('production', names.queue)]).toEqual([id, id]);
    expect([names.service, names.factsService, names.rule].map(runOfPart)).toEqual([id, id, id]);
  });

  it('a run of another stage is not recognized, even if the name of its stage begins the same', () => {
    const names = namesOf(
      'production-eu',
      newRunId(now, () => 0),
    );
    expect(runOf('production', names.namespace)).toBeUndefined();
    expect(runOf('production', names.queue)).toBeUndefined();
  });

  it('names of anybody else are not recognized', () => {
    for (const name of [
      'front',
      'eks-mesh-sync-smoke-',
      'eks-mesh-sync-smoke-production-shop',
      'eks-mesh-sync-production-pods.fifo',
    ])
      expect([runOf('production', name), runOfPart(name)]).toEqual([undefined, undefined]);
  });

  it('the id has the same length with any chance', () => {
    expect(newRunId(now, () => 0)).toHaveLength(12);
    expect(newRunId(now, () => 0.999_999)).toHaveLength(12);
  });

  it('every name fits AWS limits for a stage of 40 characters', () => {
    const names = namesOf(
      's'.repeat(40),
      newRunId(now, () => 0),
    );
    expect(names.queue.length).toBeLessThanOrEqual(80);
    expect(names.service.length).toBeLessThanOrEqual(63);
    expect(names.pod.length).toBeLessThanOrEqual(63);
    expect(names.rule.length).toBeLessThanOrEqual(64);
  });
});
