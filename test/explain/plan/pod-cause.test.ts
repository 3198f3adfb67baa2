import { describe, expect, it } from 'vitest';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { explanationText } from '../../../shared/explain/plan/explanation-text.ts';
import { nothingWanted } from '../../../shared/explain/plan/pod-cause.ts';
import { aRecord, podFacts } from '../harness/pod-facts.ts';
import { podCases } from './pod-cases.ts';
import { denied, registrationCases } from './registration-cases.ts';

const cases = [...podCases, ...registrationCases];

describe('what keeps a pod out of Cloud Map', () => {
  it.each(cases)('%s', (kind, given, reason, advice) => {
    expect(explainPod(given).cause).toEqual({ kind, reason, advice });
  });

  it.each(cases)('%s: is in the last two lines', (_kind, given) => {
    const explanation = explainPod(given);
    const lines = explanationText(explanation).split('\n');
    expect(lines.at(-1)).toBe(`To do: ${explanation.cause.advice}`);
    expect(lines.at(-2)).toBe(`Why: ${explanation.cause.reason}`);
  });

  it('what keeps a pod out of Cloud Map is the first in the order of diagnosis, even if there are more', () => {
    const given = podFacts({
      record: aRecord({ phase: 'Pending', labels: {} }),
      readFailures: [{ what: 'the claim', ...denied }],
    });
    expect(explainPod(given).cause.kind).toBe('PodNotRunning');
  });

  it.each([
    ['PodNotRunning', undefined],
    ['ClusterDrained', { sinceMs: 0, instances: 0 }],
  ])('what keeps an annotated pod without an IP out of Cloud Map is %s', (kind, drain) => {
    const annotations = {
      'eks-mesh-sync/cloud-map-namespace': 'shop.local',
      'eks-mesh-sync/cloud-map-service': 'front',
    };
    const given = podFacts({
      record: aRecord({ phase: 'Pending', ips: [], annotations }),
      registrationContext: { virtualNodes: [], meshes: [], namespaceLabels: {}, drain },
    });
    const explanation = explainPod(given);
    expect(explanation.annotations).toMatchObject({ isAnnotated: true, registers: true });
    expect(nothingWanted(given, explanation)).toBeNull();
    expect(explanation.cause.kind).toBe(kind);
    expect(explanationText(explanation)).toContain('✓ annotations');
  });

  it('what keeps a pod out of Cloud Map is not an attribute that another program added to an instance', () => {
    const usual = podFacts();
    const [instance] = usual.instances;
    if (instance === undefined) throw new Error('there is an instance');
    const more = { ...instance, actual: { ...instance.actual, 'added-by': 'hand' } };
    expect(explainPod({ ...usual, instances: [more] }).cause.kind).toBe('Registered');
  });

  it('what keeps a pod out of Cloud Map includes only a sweep’s findings about this pod', () => {
    const finding = {
      kind: 'InstanceMissing',
      detail: 'the pod is ready, but Cloud Map does not have its instance',
    };
    const lastSweep = {
      startedAt: '2026-11-21T11:55:00.000Z',
      source: 'relay',
      findings: [{ ...finding, pod: 'shop/front-1' }, { ...finding, pod: 'shop/front-10' }, finding],
      refused: [
        { ...finding, pod: 'shop/front-1', reason: 'too many' },
        { ...finding, pod: 'blue/front-1', reason: 'no' },
      ],
    };
    const { lastSweep: received } = explainPod(podFacts({ lastSweep }));
    expect(received?.findings).toEqual([{ ...finding, pod: 'shop/front-1' }]);
    expect(received?.refused).toEqual([{ ...finding, pod: 'shop/front-1', reason: 'too many' }]);
  });
});
