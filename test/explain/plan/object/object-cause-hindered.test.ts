import { describe, expect, it } from 'vitest';
import { explainCommand } from '../../../../shared/model/commands/explain-command.ts';
import { applyDefinitions } from '../../../../shared/model/kubernetes.ts';
import {
  answered,
  cause,
  causeOf,
  type Explained,
  place,
  resync,
  status,
  type Target,
  wait,
} from './object-cases.ts';

describe('an object that a target does not take', () => {
  it.each<readonly [reason: string, kind: string, advice: string]>([
    [
      'NotMember',
      'NotMember',
      'Give its namespace the labels of the namespaceSelector of one Mesh. A GatewayRoute also needs one VirtualGateway: by the namespaceSelector and gatewayRouteSelector of that',
    ],
    ['ReferenceMissing', 'ReferenceMissing', 'Create the missing object or correct the reference'],
    ['NameTaken', 'NameTaken', 'Give one of the two objects a different spec.awsName'],
    [
      'QuotaExceeded',
      'QuotaExceeded',
      'Delete resources that are not needed, or have the quota raised and set it in clusters.yml, too',
    ],
    [
      'Unsupported',
      'Unsupported',
      'Change the fields as the message says. Until then the last valid configuration stays in effect. docs/mesh/mesh-targets.md lists what each target supports',
    ],
    [
      'Refused',
      'Refused',
      `Correct the cause. If it is not in an object of the cluster, retry afterwards: ${resync}`,
    ],
    ['Pending', 'Pending', wait],
    ['Throttled', 'Pending', wait],
  ])('because of %s', (reason, kind, advice) => {
    const expected = cause(kind, `VirtualNode shop/cart: is ${reason}`, advice);
    expect(causeOf({}, { current: reason, problems: ['x'] })).toEqual(expected);
  });

  const last = status({ mesh: answered('NameTaken') });
  const unsettled = { isSettled: false };

  it.each<readonly [name: string, facts: Partial<Explained>, target: Target, kind: string]>([
    [
      'a problem before any call',
      { writtenStatus: last },
      { current: 'Refused', problems: ['x'] },
      'Refused',
    ],
    [
      'a problem of one of its resources',
      { writtenStatus: last },
      { current: 'Refused', resources: [{}, { problem: { message: 'x' } as never }] },
      'Refused',
    ],
    [
      'the answer of the last run',
      { writtenStatus: last },
      { current: 'Pending', resources: [unsettled] },
      'NameTaken',
    ],
    [
      'an answer about another generation',
      { writtenStatus: status({ mesh: answered('NameTaken', 1) }) },
      { current: 'Pending', resources: [unsettled] },
      'Pending',
    ],
    ['no answer', {}, { current: 'Pending', resources: [unsettled] }, 'Pending'],
    ['a status without an answer', { writtenStatus: status({}) }, { current: 'Pending' }, 'InSync'],
    ['no answer and nothing unsettled', {}, { current: 'Pending', resources: [{}] }, 'InSync'],
    [
      'an answer that is true',
      { writtenStatus: status({ mesh: { observedGeneration: 2, condition: { status: 'True' } } }) },
      { current: 'Pending', resources: [{}] },
      'InSync',
    ],
    ['an answer that no longer holds', { writtenStatus: last }, { resources: [{}] }, 'InSync'],
  ])('decides by %s', (_, facts, target, kind) => {
    expect(causeOf(facts, target).kind).toBe(kind);
  });
});

describe('a resource that is not up to date', () => {
  it.each([
    [true, 'creates or updates it'],
    [false, 'deletes it'],
  ])('wanted: %s', (isWanted, what) => {
    const resources = [{ key: 'mesh/shop' }, { isSettled: false, isWanted }];
    expect(causeOf({}, { resources })).toEqual(
      cause('Pending', `virtualNode/shop/cart is not up to date; the next run ${what}`, wait),
    );
  });
});

describe('a status that is not written', () => {
  const state = 'the status of VirtualNode shop/cart is not written to the object';

  it.each<readonly [problem: object | undefined, reason: string, advice: string]>([
    [undefined, `${state} yet`, wait],
    [
      { code: 'FieldsPruned', message: 'x is unknown' },
      `${state}: x is unknown`,
      `Replace the CustomResourceDefinitions of the App Mesh controller: ${applyDefinitions}; the next sweep writes the status`,
    ],
    [
      { code: 'AccessDenied', message: 'forbidden' },
      `${state}: forbidden`,
      'Give reconcile-mesh access to cluster local (kubernetes in clusters.yml), with an access entry of the group eks-mesh-sync-mesh (deploy/cluster-access.yml); the next sweep retries',
    ],
  ])('%j', (problem, reason, advice) => {
    expect(causeOf({ writtenStatus: status({ written: 2, problem }) })).toEqual(
      cause('StatusNotWritten', reason, advice),
    );
  });
});

describe('pods that are not registered', () => {
  const explained = (message: string, state = 'False') =>
    causeOf({ writtenStatus: status({ instances: { status: state, message } }) });

  it('are to be selected if there are none', () => {
    expect(explained('no pods match')).toEqual(
      cause('PodsNotRegistered', 'no pods match', 'Make spec.podSelector and the labels of the pods agree'),
    );
  });

  it('are explained by one of them', () => {
    const message = '1 of 2 pods is registered; not registered: shop/cart-1: it is not ready';
    const subject = { pod: { cluster: 'local', namespace: 'shop', name: 'cart-1' } };
    expect(explained(message)).toEqual(
      cause('PodsNotRegistered', message, `Explain one of them: ${explainCommand({ subject, place })}`),
    );
  });

  it('are no cause if they are registered', () => {
    expect(explained('all are', 'True').kind).toBe('InSync');
  });
});
