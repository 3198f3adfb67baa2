import { describe, expect, it } from 'vitest';
import { readinessChangedAt } from '../../../shared/model/events/readiness-changed.ts';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';

const metadata = { name: 'front', uid: 'u', resourceVersion: '7', creationTimestamp: '2026-11-21T09:44:00Z' };
const at = (second: number) => `2026-11-21T09:44:${String(second).padStart(2, '0')}Z`;
const condition = (type: string, second: number) => ({
  type,
  status: 'True',
  lastTransitionTime: at(second),
});

describe('when the readiness of a pod changed', () => {
  it('is when its containers became ready', () => {
    const status = { conditions: [condition('Ready', 9), condition('ContainersReady', 5)] };
    expect(readinessChangedAt({ metadata, spec: {}, status })).toBe(at(5));
  });

  it('is when the last gate changed, our own excepted', () => {
    const gates = ['slow', cloudMapReadinessGate];
    const spec = { readinessGates: gates.map((conditionType) => ({ conditionType })) };
    const conditions = [
      condition('ContainersReady', 5),
      condition('slow', 7),
      condition(cloudMapReadinessGate, 8),
    ];
    expect(readinessChangedAt({ metadata, spec, status: { conditions } })).toBe(at(7));
    expect(readinessChangedAt({ metadata, spec, status: { conditions: [] } })).toBeUndefined();
  });

  it('is when a terminating pod was deleted, which is before the end of its grace period', () => {
    const deleted = { ...metadata, deletionTimestamp: at(50), deletionGracePeriodSeconds: 30 };
    expect(readinessChangedAt({ metadata: deleted, spec: {}, status: {} })).toBe(at(20));
  });

  it('is when a pod without a grace period was deleted', () => {
    const deleted = { ...metadata, deletionTimestamp: at(50) };
    expect(readinessChangedAt({ metadata: deleted, spec: {}, status: {} })).toBe(at(50));
  });

  it('is not known without the condition of the containers or of a gate, or its time', () => {
    const spec = { readinessGates: [{ conditionType: 'slow' }] };
    const both = [condition('ContainersReady', 5), condition('slow', 7)];
    expect(readinessChangedAt({ metadata, spec, status: { conditions: both } })).toBe(at(7));
    for (const conditions of [both.slice(1), both.slice(0, 1), [{ type: 'slow', status: 'True' }, both[0]]])
      expect(readinessChangedAt({ metadata, spec, status: { conditions } } as never)).toBeUndefined();
    expect(readinessChangedAt({ metadata, spec: {} } as never)).toBeUndefined();
  });

  it('of a deleted pod is not known if its grace period is longer than all time', () => {
    const deleted = { ...metadata, deletionTimestamp: at(0), deletionGracePeriodSeconds: 9_000_000_000_000 };
    expect(readinessChangedAt({ metadata: deleted, spec: {}, status: {} })).toBeUndefined();
  });

  it.each(['', 'yesterday'])('is not known if the transition time is "%s"', (lastTransitionTime) => {
    const status = { conditions: [{ type: 'ContainersReady', status: 'True', lastTransitionTime }] };
    expect(readinessChangedAt({ metadata, spec: {}, status })).toBeUndefined();
  });
});
