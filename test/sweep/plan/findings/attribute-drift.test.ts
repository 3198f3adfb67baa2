import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../../shared/model/records/registration.ts';
import type { ServiceView } from '../../../../shared/model/service-view.ts';
import {
  attributeDrift,
  unconfirmedRemoval,
} from '../../../../shared/sweep/plan/findings/attribute-drift.ts';
import { claim, nowMs } from '../drift.ts';

type Attributes = Readonly<Record<string, string>>;

const meshKey = 'appmesh.k8s.aws/mesh';
const nodeKey = 'appmesh.k8s.aws/virtualNode';
type Operations = Pick<ServiceView, 'underWay' | 'failedOperations'>;

const quiet: Operations = { underWay: new Map(), failedOperations: new Map() };
const registering: Operations = {
  ...quiet,
  underWay: new Map([['10.0.0.1', { id: 'op-9', type: 'register' }]]),
};
const removal = { keys: ['old', 'older'], operationId: 'op-3', acceptedAtMs: nowMs };
const failed: Operations = { ...quiet, failedOperations: new Map([['op-3', 'InternalFailure']]) };

const drift = (
  actual: Attributes,
  { service = quiet, of = claim(), desired = { a: '1', b: '2' } as Attributes } = {},
) => attributeDrift(service, of, { instanceId: '10.0.0.1', desired, actual });

describe('how an instance differs from what is desired', () => {
  it.each<[what: string, actual: Attributes, expected: string | null]>([
    ['nothing', { a: '1', b: '2' }, null],
    ['an attribute of somebody else', { a: '1', b: '2', theirs: 'x' }, null],
    ['one that is absent', { b: '2' }, 'a is absent; expected 1'],
    ['another value', { a: '1', b: '3' }, 'b is 3; expected 2'],
    ['the first of two', { a: '9', b: '9' }, 'a is 9; expected 1'],
    ['an empty value', { a: '', b: '2' }, 'a is ; expected 1'],
    ['a mesh', { a: '1', b: '2', [meshKey]: 'm' }, `${meshKey} is m; expected none`],
    ['a virtual node', { a: '1', b: '2', [nodeKey]: 'n' }, `${nodeKey} is n; expected none`],
    [
      'the mesh before the node',
      { a: '1', b: '2', [nodeKey]: 'n', [meshKey]: 'm' },
      `${meshKey} is m; expected none`,
    ],
    ['a value before a source', { a: '1', [meshKey]: 'm' }, 'b is absent; expected 2'],
  ])('%s', (_, actual, expected) => {
    expect(drift(actual)).toBe(expected);
  });

  it('is not a source that is desired', () => {
    const desired = { [meshKey]: 'm' };
    expect(drift({ [meshKey]: 'm' }, { desired })).toBeNull();
    expect(drift({ [meshKey]: 'n' }, { desired })).toBe(`${meshKey} is n; expected m`);
  });

  it('is an attribute whose removal was accepted and failed', () => {
    const actual = { a: '1', b: '2', older: 'x' };
    const text =
      'older is x; expected none, but the operation that removes it, op-3, failed: InternalFailure';
    expect(drift(actual, { service: failed, of: claim({ removal }) })).toBe(text);
    expect(drift({ ...actual, old: 'y' }, { service: failed, of: claim({ removal }) })).toBe(
      text.replace('older is x', 'old is y'),
    );
  });

  it('is no such attribute if it was removed, or its operation has not failed', () => {
    const actual = { a: '1', b: '2', old: 'x' };
    expect(drift({ a: '1', b: '2' }, { service: failed, of: claim({ removal }) })).toBeNull();
    expect(drift(actual, { service: quiet, of: claim({ removal }) })).toBeNull();
    expect(drift(actual, { service: failed, of: claim() })).toBeNull();
    const other = claim({ removal: { ...removal, operationId: 'op-4' } });
    expect(drift(actual, { service: failed, of: other })).toBeNull();
  });

  it('is a registration that another program has begun', () => {
    const asDesired = { a: '1', b: '2' };
    expect(drift(asDesired, { service: registering })).toBe(
      'operation op-9, which eks-mesh-sync did not start, registers it again',
    );
    expect(drift({ a: '1', b: '3' }, { service: registering })).toBe('b is 3; expected 2');
  });

  it.each<[what: string, underWay: { id: string; type: 'register' | 'deregister' }, of: Claim | undefined]>([
    ['the claim', { id: 'op-1', type: 'register' }, claim()],
    ['a deregistration', { id: 'op-9', type: 'deregister' }, claim()],
    ['a claim that is not applied', { id: 'op-9', type: 'register' }, claim({ phase: 'claimed' })],
    ['no claim', { id: 'op-9', type: 'register' }, undefined],
  ])('is no operation of %s', (_, operation, of) => {
    const service = { ...quiet, underWay: new Map([['10.0.0.1', operation]]) };
    const asked = { instanceId: '10.0.0.1', desired: {}, actual: {} };
    expect(attributeDrift(service, of, asked)).toBeNull();
  });

  it('is no operation of another instance', () => {
    const service: Operations = {
      ...quiet,
      underWay: new Map([['10.0.0.2', { id: 'op-9', type: 'register' }]]),
    };
    expect(drift({ a: '1', b: '2' }, { service })).toBeNull();
  });
});

describe('the time of an update whose removed attributes are still there', () => {
  const day = 24 * 3600_000;
  const timeOf = (of: Claim, attributes: Attributes = { old: 'x' }, atMs = nowMs) =>
    unconfirmedRemoval(of, new Map([['10.0.0.1', { attributes }]]), atMs);

  it('is that of its acceptance, for a day', () => {
    const of = claim({ removal });
    expect([0, 1, day].map((age) => timeOf(of, { old: 'x' }, nowMs + age))).toEqual([nowMs, nowMs, nowMs]);
    expect(timeOf(of, { old: 'x' }, nowMs + day + 1)).toBeUndefined();
  });

  it('is none if nothing is removed, the attributes are gone, or the instance is', () => {
    expect(timeOf(claim())).toBeUndefined();
    expect(timeOf(claim({ removal }), { other: 'x' })).toBeUndefined();
    expect(unconfirmedRemoval(claim({ removal }), new Map(), nowMs)).toBeUndefined();
  });
});
