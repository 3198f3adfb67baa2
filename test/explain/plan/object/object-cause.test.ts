import { describe, expect, it } from 'vitest';
import { objectCause } from '../../../../shared/explain/plan/object-cause.ts';
import type { ExplainedResource } from '../../../../shared/explain/plan/object-explained.ts';
import {
  answered,
  cause,
  causeOf,
  command,
  type Explained,
  mesh,
  node,
  place,
  resync,
  status,
  type Target,
  wait,
} from './object-cases.ts';

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
