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

  it.each(['', 'yesterday'])('is not known if the transition time is "%s"', (lastTransitionTime) => {
    const status = { conditions: [{ type: 'ContainersReady', status: 'True', lastTransitionTime }] };
    expect(readinessChangedAt({ metadata, spec: {}, status })).toBeUndefined();
  });
});
