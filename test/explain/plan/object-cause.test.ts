import { describe, expect, it } from 'vitest';
import { objectCause } from '../../../shared/explain/plan/object-cause.ts';
import type {
  ExplainedResource,
  ExplainedTarget,
  ObjectExplanation,
} from '../../../shared/explain/plan/object-explained.ts';
import { explainCommand } from '../../../shared/model/commands/explain-command.ts';
import type { Place } from '../../../shared/model/commands/place.ts';
import { applyDefinitions } from '../../../shared/model/kubernetes.ts';

const place: Place = { kind: 'deployment', stage: 'production', region: 'us-west-2' };
const node = { kind: 'VirtualNode', namespace: 'shop', name: 'cart' } as const;
const mesh = { kind: 'Mesh', namespace: '', name: 'shop' } as const;

type Explained = Omit<ObjectExplanation, 'cause'>;
type Written = NonNullable<Explained['writtenStatus']>;
interface Target {
  readonly name?: string;
  readonly resources?: readonly Partial<ExplainedResource>[];
  readonly problems?: readonly string[];
  /** The condition that a run would compute: its reason; undefined: it is true. */
  readonly current?: string | undefined;
}

const titles: Readonly<Record<string, string>> = { 'app-mesh': 'App Mesh', istio: 'Istio' };
const isFalse = (reason: string) => ({ status: 'False', reason, message: `is ${reason}` });

function targetOf({ name = 'app-mesh', resources = [], problems = [], ...rest }: Target) {
  const explained = {
    ...{ name, target: titles[name], differences: [] },
    problems: problems.map((message) => ({ message })),
    resources: resources.map((each) => ({
      ...{ key: 'virtualNode/shop/cart', isWanted: true, isSettled: true, dependsOn: [], neededBy: [] },
      ...each,
    })),
  } as unknown as ExplainedTarget;
  const current = rest.current === undefined ? undefined : isFalse(rest.current);
  return { explained, current } as Parameters<typeof objectCause>[1][number];
}

const causeOf = (facts: Partial<Explained> = {}, ...targets: readonly Target[]) => {
  const explained = {
    ...{ subject: 'object', cluster: 'local', object: node, nowMs: 0, seen: 'yes', generation: 2 },
    ...{ hasMeshTarget: true, deadLetters: [], readFailures: [], missingPermissions: [] },
    ...{ targets: [], target: '', problems: [], differences: [], resources: [] },
    ...facts,
  } as Explained;
  return objectCause(explained, (targets.length > 0 ? targets : [{}]).map(targetOf), place);
};

const status = (part: object) => ({ revision: 3, written: 3, ...part }) as unknown as Written;
const answered = (reason: string, observedGeneration = 2) => ({
  observedGeneration,
  condition: isFalse(reason),
});
const command = (name: string, input: object) =>
  `printf %s '${JSON.stringify(input)}' | aws --region us-west-2 lambda invoke --function-name eks-mesh-sync-production-${name} --cli-read-timeout 900 --payload fileb:///dev/stdin /dev/stdout`;
const resync = command('resync', { cluster: 'local' });
const wait = `Wait a minute. If this does not change: ${resync}`;
const cause = (kind: string, reason: string, advice: unknown) => ({ kind, reason, advice });

describe('an object that was not observed', () => {
  it.each([
    [node, 'kubectl get virtualnodes.appmesh.k8s.aws -A'],
    [mesh, 'kubectl get meshes.appmesh.k8s.aws'],
  ])('is looked up in the cluster and in the relay: %j', (object, kubectl) => {
    const name = object.namespace === '' ? 'Mesh shop' : 'VirtualNode shop/cart';
    expect(causeOf({ seen: 'never', object })).toEqual(
      cause(
        'ObjectNotObserved',
        `No events have been received about ${name} of cluster "local", or it was deleted more than six days ago`,
        `Check its name (${kubectl}) and that the relay watches its kind (WATCH_KINDS). To find missed objects: ${command('sweep', { cluster: 'local' })}`,
      ),
    );
  });

  it('has a message in the dead-letter queue', () => {
    const deadLetters = [{ reason: 'it is too large' }, { reason: 'other' }] as never;
    expect(causeOf({ seen: 'never', deadLetters })).toEqual(
      cause(
        'DeadLettered',
        'the message about VirtualNode shop/cart went to the dead-letter queue: it is too large',
        'Correct the cause and apply the object again',
      ),
    );
  });
});

describe('an object that is deleted', () => {
  const key = 'virtualNode/shop/cart';

  it.each<readonly [resources: readonly Partial<ExplainedResource>[], object: ReturnType<typeof cause>]>([
    [
      [],
      cause(
        'ObjectDeleted',
        'VirtualNode shop/cart is deleted, and so are its App Mesh resources',
        `Nothing. If the cluster still has it (kubectl get -n shop virtualnodes.appmesh.k8s.aws cart), read it from the API server: ${resync}`,
      ),
    ],
    [
      [
        {
          problem: { message: 'is needed' } as never,
          neededBy: [{ object: 'VirtualService shop/a' }, { object: 'VirtualRouter shop/b' }] as never,
          inUse: 'it is in use',
        },
      ],
      cause(
        'DeletionBlocked',
        `VirtualNode shop/cart is deleted; ${key} is needed`,
        'Delete or change the objects that refer to it: VirtualService shop/a, VirtualRouter shop/b',
      ),
    ],
    [
      [{ inUse: 'it is\nin use' }],
      cause(
        'DeletionRefused',
        `VirtualNode shop/cart is deleted; App Mesh refused to delete ${key}: it is; in use`,
        'Delete the resources of App Mesh that refer to it and were created by hand or by another cluster; every run retries',
      ),
    ],
    [[{}], cause('DeletionPending', `VirtualNode shop/cart is deleted; the next run deletes ${key}`, wait)],
  ])('%j', (resources, expected) => {
    expect(causeOf({ seen: 'deleted' }, { resources })).toEqual(expected);
  });
});

describe('an object with an invalid spec', () => {
  it.each([
    [node, 'kubectl edit -n shop virtualnodes.appmesh.k8s.aws cart'],
    [mesh, 'kubectl edit meshes.appmesh.k8s.aws shop'],
  ])('is to be edited: %j', (object, kubectl) => {
    expect(causeOf({ object, fault: 'spec.a: wrong\nspec.b: wrong' })).toEqual(
      cause(
        'Invalid',
        'the spec is invalid: spec.a: wrong; spec.b: wrong',
        `Correct these fields: ${kubectl}. Until then the last valid configuration stays in effect`,
      ),
    );
  });
});

describe('a cluster without a mesh target', () => {
  it('is not called', () => {
    expect(causeOf({ hasMeshTarget: false }, { current: 'Refused', problems: ['x'] })).toEqual(
      cause(
        'NoMeshTarget',
        'clusters.yml names no mesh target for cluster local, so App Mesh is not called',
        'Nothing, if only pods are to be registered. Otherwise add mesh to the cluster in clusters.yml: one or several of app-mesh, istio, gateway-api, envoy',
      ),
    );
  });

  it('has pods that are not registered', () => {
    const writtenStatus = status({ instances: { status: 'False', message: 'no pods match' } });
    expect(causeOf({ hasMeshTarget: false, writtenStatus })).toMatchObject({ kind: 'PodsNotRegistered' });
  });
});

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
    const message = '1 of 2 pods is registered; not registered: cart-1: it is not ready';
    const subject = { pod: { cluster: 'local', namespace: 'shop', name: 'cart-1' } };
    expect(explained(message)).toEqual(
      cause('PodsNotRegistered', message, `Explain one of them: ${explainCommand({ subject, place })}`),
    );
  });

  it('are no cause if they are registered', () => {
    expect(explained('all are', 'True').kind).toBe('InSync');
  });
});

describe('an object that is in sync', () => {
  it.each<readonly [resources: readonly Partial<ExplainedResource>[], expected: ReturnType<typeof cause>]>([
    [
      [],
      cause(
        'InSync',
        'VirtualNode shop/cart is valid; its kind has no App Mesh resource of its own',
        'Nothing',
      ),
    ],
    [[{}], cause('InSync', 'App Mesh matches VirtualNode shop/cart, as last observed', 'Nothing')],
    [
      [{}, { owner: '222222222222' }],
      cause(
        'ExternallyManaged',
        'Managed by 222222222222; used read-only',
        'Nothing; only its owner changes it',
      ),
    ],
  ])('%j', (resources, expected) => {
    expect(causeOf({}, { resources })).toEqual(expected);
  });
});

describe('an object in several targets', () => {
  const settled = { resources: [{}] };
  const pending = { resources: [{ isSettled: false }] };
  const inTargets = (first: Target, second: Target, facts: Partial<Explained> = {}) =>
    causeOf(facts, { ...first, name: 'app-mesh' }, { ...second, name: 'istio' });

  it('needs one', () => {
    const explained = { subject: 'object' } as unknown as Explained;
    expect(() => objectCause(explained, [], place)).toThrow('at least one target');
  });

  it('is explained by the first in which it is not in sync', () => {
    expect(inTargets(settled, pending)).toMatchObject({
      kind: 'Pending',
      reason: 'Istio: virtualNode/shop/cart is not up to date; the next run creates or updates it',
    });
    expect(inTargets(pending, settled).reason).toMatch(/^App Mesh: /);
    expect(inTargets({ resources: [{ owner: 'x' }] }, pending).kind).toBe('Pending');
  });

  it('is explained by all if it is in sync in all', () => {
    expect(inTargets(settled, settled)).toEqual(
      cause(
        'InSync',
        'App Mesh matches VirtualNode shop/cart, as last observed; Istio matches VirtualNode shop/cart, as last observed',
        'Nothing',
      ),
    );
  });

  it('has a cause that is the same in all without the name of one', () => {
    expect(inTargets(pending, pending).reason).toBe(
      'virtualNode/shop/cart is not up to date; the next run creates or updates it',
    );
  });

  it('has in each the answer of that target', () => {
    const targets = { istio: answered('NameTaken') };
    const current = { current: 'Pending', resources: [{}] };
    const both = status({ mesh: { ...answered('Refused'), changedAt: 'then' }, targets });
    expect(inTargets({ resources: [{}] }, current, { writtenStatus: both })).toMatchObject({
      kind: 'NameTaken',
      reason: 'Istio: VirtualNode shop/cart: is NameTaken',
    });
    const alone = status({ targets });
    expect(inTargets({ resources: [{}] }, current, { writtenStatus: alone }).kind).toBe('InSync');
  });
});
