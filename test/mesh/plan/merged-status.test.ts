import { describe, expect, it } from 'vitest';
import { mergedStatus } from '../../../shared/mesh/plan/merged-status.ts';
import type { Condition, MeshStatus } from '../../../shared/model/records/mesh-status.ts';

const targets = [
  { name: 'app-mesh', title: 'App Mesh' },
  { name: 'istio', title: 'Istio' },
];
const applied: Condition = { status: 'True', reason: 'Applied', message: 'matches the spec' };
const degraded: Condition = { status: 'True', reason: 'Degraded' as Condition['reason'], message: 'differs' };
const pending: Condition = { status: 'False', reason: 'Pending', message: 'waits for x' };
const status = (condition: Condition, part: Partial<MeshStatus> = {}): MeshStatus => ({
  ...{ observedGeneration: 2, condition },
  ...part,
});
const merged = (first: MeshStatus, second: MeshStatus) =>
  mergedStatus(targets, { 'app-mesh': first, istio: second });

describe('the status of an object in several targets', () => {
  const notYet = { status: 'False', reason: 'Pending', message: 'has not been reconciled yet' };

  it('without a target, or without a status there, is pending', () => {
    expect(mergedStatus([], {})).toEqual({ condition: notYet });
    expect(mergedStatus(targets.slice(0, 1), {})).toEqual({ condition: notYet });
    expect(mergedStatus(targets, {})).toEqual({ observedGeneration: undefined, condition: notYet });
  });

  it('of one target is that', () => {
    const only = status(degraded, { arn: 'arn:x' });
    expect(mergedStatus(targets.slice(1), { istio: only, 'app-mesh': status(pending) })).toBe(only);
  });

  it.each<readonly [first: Condition, second: Condition, decisive: Condition, message: string]>([
    [applied, applied, applied, 'matches the spec'],
    [applied, pending, pending, 'App Mesh: matches the spec; Istio: waits for x'],
    [pending, applied, pending, 'App Mesh: waits for x; Istio: matches the spec'],
    [degraded, pending, pending, 'App Mesh: differs; Istio: waits for x'],
    [applied, degraded, degraded, 'App Mesh: matches the spec; Istio: differs'],
  ])(
    'of %j and %j has the status and reason of %j, and says %s',
    (first, second, { status: is, reason }, message) => {
      expect(merged(status(first), status(second)).condition).toEqual({ status: is, reason, message });
    },
  );

  it('has the reason of the first target in which it is not applied', () => {
    const refused: Condition = { ...pending, reason: 'Refused' as Condition['reason'] };
    expect(merged(status(refused), status(pending)).condition.reason).toBe('Refused');
    expect(merged(status(pending), status(refused)).condition.reason).toBe('Pending');
  });

  it('names each target once, and has a line for each if a message has several', () => {
    const named = { ...pending, message: 'App Mesh refused it' };
    const long = { ...pending, message: 'first\nsecond' };
    expect(merged(status(named), status(applied)).condition.message).toBe(
      'App Mesh: refused it; Istio: matches the spec',
    );
    expect(merged(status(applied), status(long)).condition.message).toBe(
      'App Mesh: matches the spec\nIstio: first\nsecond',
    );
  });

  it('has the oldest generation that the targets have observed, and none if one has observed none', () => {
    const of = (observedGeneration: number | undefined) => status(applied, { observedGeneration });
    expect(merged(of(2), of(1)).observedGeneration).toBe(1);
    expect(merged(of(1), of(2)).observedGeneration).toBe(1);
    expect(merged(of(1), of(undefined)).observedGeneration).toBeUndefined();
  });

  it('has the ARNs of the target that has any', () => {
    const none = merged(status(applied), status(applied));
    expect([none.arn, none.routeArns]).toEqual([undefined, undefined]);
    expect(Object.keys(none)).toEqual(['observedGeneration', 'condition']);
    expect(merged(status(applied), status(applied, { arn: 'arn:x' })).arn).toBe('arn:x');
    const routeArns = { x: 'arn:route' } as unknown as NonNullable<MeshStatus['routeArns']>;
    expect(merged(status(applied), status(applied, { routeArns })).routeArns).toEqual(routeArns);
  });
});
