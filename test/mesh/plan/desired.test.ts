import { describe, expect, it } from 'vitest';
import { desiredMesh } from '../../../shared/mesh/plan/desired.ts';
import { Directory } from '../../../shared/mesh/plan/directory.ts';
import type { References } from '../../../shared/mesh/plan/references/references.ts';
import type { Difference, Translation } from '../../../shared/mesh/plan/resource.ts';
import type { TargetRules } from '../../../shared/mesh/plan/target-rules.ts';
import type { MeshKind } from '../../../shared/model/kubernetes.ts';
import type { MeshClaim } from '../../../shared/model/records/mesh-claim.ts';
import type { Manifest } from '../harness/harness.ts';
import { aBackendGroup, aMesh, aNamespace, aNode } from '../harness/manifests.ts';
import { directoryOf } from './entries.ts';

interface Ask extends Partial<Translation> {
  readonly key: string;
  readonly calls?: string;
}
type Claims = Readonly<Record<string, Pick<MeshClaim, 'sourceObject' | 'id' | 'refused'>>>;

const ground = [aNamespace(), aMesh()];
const idOf = (name: string, kind: MeshKind = 'VirtualNode') => ({ kind, namespace: 'apps', name });
const heldBy = (name: string) => ({ sourceObject: idOf(name), id: 'id' });

/** What a small target wants; `asks`: by the name of a virtual node, the keys that it asks for, and the specs. */
function desired(
  manifests: readonly Manifest[] | Directory,
  asks: Readonly<Record<string, readonly (Ask | string)[]>>,
  { claims = {}, ...more }: Partial<TargetRules> & { readonly claims?: Claims } = {},
) {
  const translated = ({ key, calls, ...rest }: Ask, references: References): Translation => {
    if (calls !== undefined) references.nameOf('VirtualNode', { name: calls }, 'spec.x');
    return { spec: { of: key }, dependsOn: [], ...rest };
  };
  const rules: TargetRules = {
    ...{ name: 'small', title: 'Small', claimant: 'c', nameOf: (resource) => `the name "${resource}"` },
    requestsOf: ({ id }) =>
      (asks[id.name] ?? [])
        .map((ask) => (typeof ask === 'string' ? { key: ask } : ask))
        .map((ask) => ({
          ...{ key: ask.key, resource: ask.key, translate: (references) => translated(ask, references) },
        })),
    ...more,
  };
  const directory = manifests instanceof Directory ? manifests : directoryOf(...manifests);
  return desiredMesh(directory, rules, (key) => claims[key]);
}

/** By key, the object that gets it; and the messages of the others. */
function owners(...given: Parameters<typeof desired>) {
  const { resources, objects } = desired(...given);
  return {
    of: Object.fromEntries([...resources].map(([key, { sourceObject }]) => [key, sourceObject.name])),
    problems: objects.flatMap(({ entry, problems }) =>
      problems.map(({ message }) => [entry.id.name, message]),
    ),
  };
}

function planOf(name: string, ...given: Parameters<typeof desired>) {
  const plan = desired(...given).objects.find(({ entry }) => entry.id.name === name);
  return plan && { ...plan, entry: plan.entry.id.name };
}

const taken = (key: string, by: string) =>
  `the name "${key}" is already used by VirtualNode apps/${by}; set a different spec.awsName`;

describe('an object without resources', () => {
  it('is incomplete if it is invalid, or of no mesh', () => {
    const none = { keys: [], differences: [], isComplete: false };
    expect(planOf('bad', [...ground, aNode('bad', { x: 1 })], { bad: ['k'] })).toMatchObject({
      ...none,
      problems: [{ reason: 'Invalid', message: expect.stringMatching(/^spec/) }],
    });
    expect(planOf('a', [aNode('a')], { a: ['k'] })).toEqual({
      ...{ entry: 'a', ...none },
      problems: [{ reason: 'NotMember', message: 'namespace "apps" has not been observed yet' }],
    });
  });

  it('is complete if it is a backend group, which has no resource', () => {
    const message = 'spec.virtualservices[0]: VirtualService "apps/none" not found';
    expect(planOf('g', [...ground, aBackendGroup('g', ['none'])], { g: ['k'] })).toEqual({
      ...{ entry: 'g', keys: [], differences: [], isComplete: true },
      problems: [{ reason: 'ReferenceMissing', message }],
    });
  });

  it('has its keys, but no resource where a reference dangles', () => {
    const asks = { a: ['k', { key: 'part', calls: 'none' }] };
    expect([...desired([...ground, aNode('a')], asks).resources.keys()]).toEqual(['k']);
    expect(planOf('a', [...ground, aNode('a')], asks)).toEqual({
      ...{ entry: 'a', keys: ['k', 'part'], differences: [], isComplete: true },
      problems: [{ reason: 'ReferenceMissing', message: 'spec.x: VirtualNode "apps/none" not found' }],
    });
  });

  it('is incomplete if the target cannot say what it wants', () => {
    const given = [[...ground, aNode('a')], { a: ['k'] }] as const;
    expect(planOf('a', ...given, { isUndecided: ({ id }) => id.name === 'a' })?.isComplete).toBe(false);
    expect(planOf('a', ...given, { isUndecided: () => false })?.isComplete).toBe(true);
  });
});

describe('of two objects that want the same resource', () => {
  const asks = { a: ['k'], b: ['k'] };
  const [a, b] = [aNode('a'), aNode('b')];

  it('the earlier gets it, of the same time that of the lower name', () => {
    expect(owners([...ground, a, b], asks)).toEqual({ of: { k: 'a' }, problems: [['b', taken('k', 'a')]] });
    expect(owners([...ground, b, a], asks)).toEqual({ of: { k: 'b' }, problems: [['a', taken('k', 'b')]] });
    const createdAt = '2026-11-21T10:00:00Z';
    for (const order of [
      [a, b],
      [b, a],
    ]) {
      const entries = directoryOf(...ground, ...order).entries.map((entry) => ({ ...entry, createdAt }));
      const directory = new Directory(entries, new Map([['apps', { mesh: 'shop' }]]));
      expect(owners(directory, asks).of).toEqual({ k: 'a' });
    }
  });

  it('the other gets no other resource either', () => {
    const more = { a: ['k'], b: ['other', 'k', 'third'] };
    expect(owners([...ground, a, b], more)).toEqual({ of: { k: 'a' }, problems: [['b', taken('k', 'a')]] });
  });

  it('the one that holds it keeps it, once it exists', () => {
    const claims = { k: heldBy('b') };
    expect(owners([...ground, a, b], asks, { claims })).toEqual({
      ...{ of: { k: 'b' }, problems: [['a', taken('k', 'b')]] },
    });
    expect(owners([...ground, a, b], asks, { claims: { k: { sourceObject: idOf('b') } } }).of).toEqual({
      k: 'a',
    });
  });

  it('the one that holds its first comes before the earlier with its others, too', () => {
    const more = { a: ['l'], b: ['k', 'l'] };
    const given = [[...ground, a, b], more] as const;
    expect(owners(...given, { claims: { k: heldBy('b') } }).of).toEqual({ k: 'b', l: 'b' });
    expect(owners(...given, { claims: { k: heldBy('gone') } }).of).toEqual({ l: 'a' });
    expect(owners(...given).problems).toEqual([['b', taken('l', 'a')]]);
    const reasons = desired(...given).objects.flatMap(({ problems }) => problems.map(({ reason }) => reason));
    expect(reasons).toEqual(['NameTaken']);
  });

  it('one that is invalid keeps what it holds; one that is gone, or wants it no more, does not', () => {
    const claims = { k: heldBy('b') };
    const message = taken('k', 'b');
    const bad = aNode('b', { x: 1 });
    expect(owners([...ground, a, bad], { a: ['k'] }, { claims }).of).toEqual({});
    expect(owners([...ground, a, bad], { a: ['k'] }, { claims }).problems).toContainEqual(['a', message]);
    const free = { of: { k: 'a' }, problems: [] };
    expect(owners([...ground, a], { a: ['k'] }, { claims })).toEqual(free);
    expect(owners([...ground, a, b], { a: ['k'] }, { claims })).toEqual(free);
    const dangling = { a: ['k'], b: [{ key: 'k', calls: 'none' }] };
    expect(owners([...ground, a, b], dangling, { claims }).of).toEqual({});
  });

  const refused = { inputsHash: 'i', reason: 'Refused', message: 'no' } as const;

  it.each([
    ['an object that is marked as its owner comes before one that is not', { refused }, ['b'], 'b'],
    ['of two that are marked the earlier', { refused }, ['a', 'b'], 'a'],
    ['of two that are not marked the earlier', { refused }, [], 'a'],
    ['marks do not count if it was not refused', {}, ['b'], 'a'],
    ['marks do not count if somebody holds it', { refused, id: 'id', sourceObject: idOf('c') }, ['b'], 'a'],
  ])('of a name that was refused: %s', (_, claim, marked, owner) => {
    const claims = { k: { sourceObject: idOf('a'), ...claim } };
    const isMarked: TargetRules['isMarked'] = ({ id }) => marked.includes(id.name);
    expect(owners([...ground, a, b], asks, { claims, isMarked }).of).toEqual({ k: owner });
  });

  it('without marks in the target the earlier gets a name that was refused, after all others', () => {
    const claims = { k: { sourceObject: idOf('a'), refused } };
    const c = { a: ['k', 'l'], b: ['l'] };
    expect(owners([...ground, a, b], asks, { claims }).of).toEqual({ k: 'a' });
    expect(owners([...ground, a, b], c, { claims })).toEqual({
      ...{ of: { l: 'b' }, problems: [['a', taken('l', 'b')]] },
    });
  });
});

describe('the dependencies of a resource', () => {
  const nodes = [...ground, aNode('a'), aNode('b'), aNode('c')];

  it('are those it must have, and of the others those that are wanted or exist, each once', () => {
    const refersTo = ['b', 'claimed', 'unborn', 'none', 'must'];
    const asks = { a: [{ key: 'a', dependsOn: ['must', 'absent'], refersTo }], b: ['b'] };
    const claims = { claimed: heldBy('x'), unborn: { sourceObject: idOf('x') } };
    const { resources } = desired(nodes, asks, { claims });
    expect(resources.get('a')).toEqual({
      ...{ key: 'a', resource: 'a', spec: { of: 'a' }, sourceObject: idOf('a') },
      ...{ entry: expect.objectContaining({ id: idOf('a') }), dependsOn: ['must', 'absent', 'b', 'claimed'] },
      ...{
        fingerprint: expect.stringMatching(/^[\w-]{43}$/),
        inputsHash: expect.stringMatching(/^[\w-]{43}$/),
      },
    });
  });

  it('their specs, what these depend on, and those of the same object are its inputs; no other', () => {
    const hashes = (change: Readonly<Record<string, string>> = {}) => {
      const of = (key: string, ...dependsOn: readonly string[]) => ({
        ...{ key, dependsOn, spec: { is: change[key] ?? 'same' } },
      });
      const asks = {
        a: [of('own', 'next'), of('part')],
        b: [of('next', 'far')],
        c: [of('far', 'end'), of('end')],
      };
      const { resources } = desired(nodes, asks);
      return { own: resources.get('own')?.inputsHash, fingerprint: resources.get('own')?.fingerprint };
    };
    const before = hashes();
    for (const key of ['next', 'far', 'part']) {
      const after = hashes({ [key]: 'other' });
      expect([key, after.own === before.own, after.fingerprint]).toEqual([key, false, before.fingerprint]);
    }
    expect(hashes({ own: 'other' }).fingerprint).not.toBe(before.fingerprint);
    expect(hashes({ end: 'other' })).toEqual(before);
  });
});

describe('a mesh that is being deleted', () => {
  const directory = (isTerminating: boolean) => {
    const entries = directoryOf(...ground, aNode('a')).entries.map((entry) => ({ ...entry, isTerminating }));
    return new Directory(entries, new Map([['apps', { mesh: 'shop' }]]));
  };

  it('accepts no new member; those it has stay', () => {
    const given = [directory(true), { a: ['k'] }] as const;
    expect(planOf('a', ...given)).toEqual({
      ...{ entry: 'a', keys: [], differences: [], isComplete: false },
      problems: [
        { reason: 'NotMember', message: 'Mesh "shop" is being deleted and does not accept new members' },
      ],
    });
    expect(owners(...given, { claims: { k: heldBy('a') } })).toEqual({ of: { k: 'a' }, problems: [] });
    expect(owners(directory(false), { a: ['k'] })).toEqual({ of: { k: 'a' }, problems: [] });
    expect(planOf('a', directory(true), {})).toMatchObject({ problems: [], isComplete: true });
  });
});

describe('what the target cannot express', () => {
  const difference = (effect: Difference['effect'], path: string, object?: string): Difference => ({
    ...{ effect, path, message: 'not here', instead: 'nothing' },
    ...(object !== undefined && { object: idOf(object) }),
  });
  const nodes = [...ground, aNode('a'), aNode('b')];
  const problem = (path: string) => ({
    reason: 'Unsupported',
    message: `${path}: not here; instead: nothing`,
  });

  it('is stated, or refuses all of the object', () => {
    const of = (effect: Difference['effect']) => ({
      a: [{ key: 'k', differences: [difference(effect, 'x')] }, 'part'],
    });
    expect(planOf('a', nodes, of('differs'))).toEqual({
      ...{ entry: 'a', keys: ['k', 'part'], problems: [], isComplete: true },
      differences: [difference('differs', 'x')],
    });
    expect(owners(nodes, of('differs')).of).toEqual({ k: 'a', part: 'a' });
    expect(planOf('a', nodes, of('refused'))).toEqual({
      ...{ entry: 'a', keys: ['k', 'part'], problems: [problem('x')], isComplete: false },
      differences: [difference('refused', 'x')],
    });
    expect(owners(nodes, of('refused')).of).toEqual({});
  });

  it('without a resource is stated by the target, before that of the resources', () => {
    const asks = { a: [{ key: 'k', differences: [difference('differs', 'y'), difference('differs', 'y')] }] };
    const differencesOf: TargetRules['differencesOf'] = ({ id }) =>
      id.name === 'a' ? [difference('differs', 'x')] : [];
    expect(planOf('a', nodes, asks, { differencesOf })?.differences).toEqual([
      difference('differs', 'x'),
      difference('differs', 'y'),
    ]);
  });

  it('of another object is stated there, too', () => {
    const asks = { a: [{ key: 'k', differences: [difference('refused', 'x', 'b')] }], b: ['l'] };
    const own = difference('refused', 'x', 'b');
    expect(planOf('b', nodes, asks)).toMatchObject({ problems: [problem('x')], differences: [own] });
    expect(planOf('a', nodes, asks)?.problems).toEqual([problem('VirtualNode apps/b x')]);
    expect(owners(nodes, asks).of).toEqual({ l: 'b' });
  });

  it('is also noted for an object of which a reference dangles', () => {
    const asks = { a: [{ key: 'k', calls: 'none', differences: [difference('differs', 'x')] }] };
    expect(planOf('a', nodes, asks)?.differences).toEqual([difference('differs', 'x')]);
  });
});
