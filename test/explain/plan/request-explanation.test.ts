import { describe, expect, it } from 'vitest';
import { explainRequest, type RequestFacts } from '../../../shared/explain/plan/request-explanation.ts';
import type { Difference } from '../../../shared/mesh/plan/resource.ts';
import type { Manifest } from '../../mesh/harness/harness.ts';
import { aNode, aRoute, aRouter, backends } from '../../mesh/harness/manifests.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { asked, cart, shop } from '../../mesh/routing/evaluate/evaluated.ts';
import { SmallTarget } from '../../mesh/targets/small-target.ts';
import { production } from '../harness/pod-facts.ts';

const all = aRoute('all', { blue: 1 });
const withRoutes = (...routes: readonly (typeof all)[]) => [
  ...shop,
  aNode('front', backends('cart')),
  cart,
  aRouter('cart', routes),
];

function explained(manifests: readonly Manifest[], facts: Partial<RequestFacts> = {}) {
  return explainRequest({
    ...{ place: production, cluster: 'local', request: asked, rules: [], readFailures: [] },
    directory: directoryOf(...manifests),
    ...facts,
  });
}

const difference = (path: string, effect: Difference['effect']): Difference => ({
  ...{ path, effect, message: 'is not supported', instead: 'nothing' },
});

/** A target that states these differences, by object. */
function rulesWith(title: string, differences: Readonly<Record<string, readonly Difference[]>>) {
  const target = new SmallTarget();
  for (const [object, each] of Object.entries(differences)) target.stated.set(object, each);
  return { ...target.rules, title };
}

const reason = 'route "all" of VirtualRouter apps/cart takes GET /';

describe('a request', () => {
  it('is routed by the manifests, and applied so by all targets', () => {
    const rules = [rulesWith('Docs', {})];
    const { evaluation, ...found } = explained(withRoutes(all), { rules });
    expect(found).toEqual({
      ...{ subject: 'request', cluster: 'local', request: asked, readFailures: [], missingPermissions: [] },
      targets: [{ name: 'documents', target: 'Docs', problems: [], differences: [] }],
      cause: { kind: 'Routed', reason, advice: 'Nothing' },
    });
    expect(evaluation).toMatchObject({ outcome: 'Routed', reason });
  });

  it('is not evaluated if the objects could not be read', () => {
    const permission = { action: 'dynamodb:Query' };
    const failure = { what: 'the objects', code: 'AccessDenied' as const, message: 'no' };
    const found = (part: object) =>
      explained([], {
        directory: undefined,
        rules: [rulesWith('Docs', {})],
        readFailures: [{ ...failure, ...part }],
      });
    expect(found({ permission })).toEqual({
      ...{ subject: 'request', cluster: 'local', request: asked, targets: [] },
      ...{ readFailures: [{ ...failure, permission }], missingPermissions: [permission] },
      cause: {
        kind: 'MissingPermission',
        reason: 'the objects could not be read: no',
        advice: 'Allow dynamodb:Query, then run explain again',
      },
    });
    expect(found({}).cause.kind).toBe('ReadFailed');
    expect(() => explained([], { directory: undefined })).toThrow('what is not read is a read failure');
  });

  it('has of each target what it does not apply, or in another way, of the objects that take part', () => {
    const stated = {
      'VirtualNode apps/blue': [difference('spec.a', 'differs'), difference('spec.b', 'refused')],
      'VirtualNode apps/red': [difference('spec.c', 'differs'), difference('spec.d', 'refused')],
    };
    const rules = [rulesWith('Docs', {}), rulesWith('Files', stated), rulesWith('Others', stated)];
    const { targets, cause } = explained(withRoutes(all), { rules });
    const text = 'is not supported; instead: nothing';
    const different = {
      problems: [`VirtualNode apps/blue: spec.b: ${text}`],
      differences: [`VirtualNode apps/blue: spec.a: ${text}`],
    };
    expect(targets).toEqual([
      { name: 'documents', target: 'Docs', problems: [], differences: [] },
      { name: 'documents', target: 'Files', ...different },
      { name: 'documents', target: 'Others', ...different },
    ]);
    expect(cause).toEqual({
      ...{ kind: 'Routed', reason },
      advice:
        'Correct what Files and Others cannot apply (above); until then the last valid state of these objects decides',
    });
  });
});

describe('the advice about a request', () => {
  it('is to look up the object that sends it', () => {
    const from = { ...asked.from, name: 'nobody' };
    const { cause } = explained(withRoutes(all), { request: { ...asked, from } });
    expect(cause.kind).toBe('SourceNotFound');
    expect(cause.advice).toBe(
      'Check the name (kubectl get virtualnodes.appmesh.k8s.aws,virtualgateways.appmesh.k8s.aws -A)',
    );
  });

  it('is that of each target before that of the outcome', () => {
    const stated = { 'VirtualRouter apps/cart': [difference('spec.a', 'refused')] };
    const { cause } = explained(withRoutes(), { rules: [rulesWith('Docs', stated)] });
    expect(cause).toEqual({
      kind: 'NoRoute',
      reason: 'VirtualRouter apps/cart has no route: the answer is 404 (response flag NR)',
      advice:
        'Correct what Docs cannot apply (above); until then the last valid state of these objects decides. ' +
        'Change the request, or add a route that takes it; one with the prefix / takes what no other does',
    });
  });

  it('is the expression that decides', () => {
    const letters = aRoute('letters', { blue: 1 }, { match: { path: { regex: '/(?=a)' } } });
    const { cause } = explained(withRoutes(letters));
    expect(cause.kind).toBe('NotEvaluated');
    expect(cause.advice).toMatch(/^Send the request to a proxy, or write the regular expression with /);
  });
});

describe('a target of a request that cannot take it', () => {
  const causeOf = (weights: Readonly<Record<string, number>>) =>
    explained(withRoutes(aRoute('all', weights))).cause;

  it('is the cause', () => {
    expect(causeOf({ blue: 1, green: 1, white: 1 })).toEqual({
      kind: 'TargetNotUsable',
      reason: `${reason}, but its target VirtualNode apps/green is missing or invalid`,
      advice: 'Correct the target of the route, or apply VirtualNode apps/green',
    });
  });

  it('is none without a weight', () => {
    expect(causeOf({ blue: 1, green: 0 })).toEqual({ kind: 'Routed', reason, advice: 'Nothing' });
  });
});
