import { describe, expect, it } from 'vitest';
import type {
  AppMeshClaim,
  AppMeshDesired,
} from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { verifyMesh } from '../../../../shared/mesh/targets/app-mesh/verify-mesh.ts';
import { PermanentError, RetryableError } from '../../../../shared/model/errors.ts';
import { fakeRun, others, ours } from './fake-run.ts';
import { aClaim, aDesired, byKey, named } from './plan/planned.ts';

const node = named('virtualNode', 'blue');
const key = 'virtualNode/shop/blue';
const arn = `arn:${key}`;
const list = 'list virtualNode/shop/';
const spec = { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] };
/** A claim on what the fake answers, of another spec than the desired one, and refused. */
const refused = { inputsHash: 'i', reason: 'Refused', message: 'not so' } as const;
const known = (more: Partial<AppMeshClaim> = {}) =>
  aClaim(node, { version: 7, createdAtMs: 70, fingerprint: 'old', ...more });

interface Given extends NonNullable<Parameters<typeof fakeRun>[0]> {
  readonly desired?: readonly AppMeshDesired[];
}

async function verified({ desired = [aDesired(node, spec)], ...given }: Given) {
  const { app, ...rest } = fakeRun(given);
  const failure = await verifyMesh(app, byKey(...desired)).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ...rest, failure, isVerified: app.run.isVerified };
}

describe('the verification of a claim', () => {
  it('is done if the resource is unchanged; what was refused is tried again', async () => {
    const { refused: _, ...trusted } = known({ refused });
    const { log, claimOn, isVerified } = await verified({
      ...{ claims: [known({ refused })], existing: { [key]: { tags: ours } } },
    });
    expect([log, isVerified]).toEqual([[list], true]);
    expect(claimOn(node)).toEqual(trusted);
    expect(claimOn(node)).not.toHaveProperty('refused');
  });

  it('without an ARN has nothing to compare', async () => {
    const { log, claimOn } = await verified({
      ...{ claims: [known({ refused, id: undefined })], existing: { [key]: {} } },
    });
    expect(log).toEqual([list]);
    expect(claimOn(node)).toEqual({ ...known(), id: undefined });
  });

  const withoutResource = { phase: 'applied', dependsOn: [], key, resource: node };

  it('invalidates it if the resource is gone', async () => {
    const { log, written } = await verified({ claims: [known({ refused, listeners: [] })] });
    expect(log).toEqual([list, 'claim applied']);
    expect(written).toEqual([{ ...withoutResource, sourceObject: known().sourceObject, revision: 1 }]);
  });

  it.each([
    ['another version', { version: 8 }],
    ['another creation time', { createdAtMs: 71 }],
  ])('describes a resource that has %s', async (_, changed) => {
    const { log } = await verified({ claims: [known()], existing: { [key]: { ...changed, tags: ours } } });
    expect(log.slice(0, 2)).toEqual([list, `describe ${key}`]);
  });

  it.each([
    ['as wanted, and is as desired', { spec }, {}, { fingerprint: 'new' }],
    ['otherwise, and is to be updated', { spec: {} }, {}, {}],
    ['as wanted, and is to be updated since a call may be running', { spec }, { phase: 'claimed' }, {}],
  ] as const)('finds a resource that somebody changed %s', async (_, found, claim, expected) => {
    const { log, written } = await verified({
      claims: [known({ ...claim, refused })],
      existing: { [key]: { version: 8, tags: ours, ...found } },
    });
    const { fingerprint: _fingerprint, ...invalidated } = known(claim);
    expect(log.slice(1)).toEqual([`describe ${key}`, `tags ${arn}`, `claim ${invalidated.phase}`]);
    expect(written).toEqual([{ ...invalidated, version: 8, ...expected }]);
    expect(Object.hasOwn(written[0] ?? {}, 'fingerprint')).toBe('fingerprint' in expected);
  });

  it('finds a changed resource that no object wants', async () => {
    const { written } = await verified({
      ...{ claims: [known()], existing: { [key]: { version: 8, tags: ours, spec } }, desired: [] },
    });
    expect(written[0]).toMatchObject({ version: 8 });
    expect(written[0]).not.toHaveProperty('fingerprint');
  });

  it.each<readonly [name: string, calls: readonly string[], given: Given]>([
    [
      'is deleted meanwhile',
      [],
      {
        existing: { [key]: { version: 8 } },
        before: { [`describe ${key}`]: (resources) => void resources.clear() },
      },
    ],
    ['was made again', [], { existing: { [key]: { createdAtMs: 71, tags: ours } } }],
    ['lost our tag', [`tags ${arn}`], { existing: { [key]: { version: 8, tags: others } } }],
  ])('invalidates it if the resource %s', async (_, calls, given) => {
    const { log, claimOn } = await verified({ claims: [known()], ...given });
    expect(log).toEqual([list, `describe ${key}`, ...calls, 'claim applied']);
    expect(claimOn(node)?.id).toBeUndefined();
  });
});

describe('the listeners of a router that somebody changed', () => {
  const router = named('virtualRouter', 'r');
  const on = (protocol: string) => ({ protocol, port: 80 });
  const existing = {
    'virtualRouter/shop/r': { version: 8, tags: ours, spec: { listeners: [{ portMapping: on('http') }] } },
  };

  it.each<readonly [name: string, claim: Partial<AppMeshClaim>, listeners: unknown]>([
    ['are those found', { listeners: [[on('grpc')]] }, [[on('http')]]],
    [
      'are also those that a running call may set',
      { phase: 'claimed', listeners: [[on('grpc')]] },
      [[on('grpc')], [on('http')]],
    ],
    ['are those found if the claim knows of none', { phase: 'claimed' }, [[on('http')]]],
  ])('%s', async (_, claim, listeners) => {
    const claims = [aClaim(router, { createdAtMs: 70, ...claim })];
    const { written } = await verified({ claims, existing, desired: [] });
    expect(written.map((each) => each.listeners)).toEqual([listeners]);
  });
});

describe('a mesh of others', () => {
  const shared = named('mesh', 'shop', { meshOwner: '2222' });
  const own = named('mesh', 'shop');
  const owned = { owner: 'cluster second', version: 7, createdAtMs: 70 };

  it('of another account stays theirs', async () => {
    const { log, written } = await verified({
      claims: [aClaim(shared, { ...owned, id: 'arn:x' })],
      ...{ existing: { 'mesh/2222:shop': { arn: 'arn:x', version: 8 } }, desired: [aDesired(shared)] },
    });
    expect([log, written]).toEqual([['list mesh/'], []]);
  });

  it('that no object wants stays theirs', async () => {
    const { log, claimOn } = await verified({
      ...{ claims: [aClaim(own, { ...owned, refused })], existing: { 'mesh/shop': {} }, desired: [] },
    });
    expect(log).toEqual(['list mesh/']);
    expect(claimOn(own)).toEqual(aClaim(own, owned));
  });

  it.each([
    ['still has the tag of another cluster stays theirs', others, []],
    ['has no tag any more is not theirs', {}, ['claim applied']],
    ['has our tag is not theirs', ours, ['claim applied']],
  ])('that %s', async (_, tags, writes) => {
    const { log, claimOn } = await verified({
      claims: [aClaim(own, owned)],
      ...{ existing: { 'mesh/shop': { tags } }, desired: [aDesired(own)] },
    });
    expect(log).toEqual(['list mesh/', 'tags arn:mesh/shop', ...writes]);
    expect(claimOn(own)?.owner).toBe(writes.length === 0 ? 'cluster second' : undefined);
  });
});

describe('the lists of a verification', () => {
  const routeOf = (parentName: string) => named('route', 'all', { parentName });
  const refusal = (what: string) => new PermanentError(`${what} is not allowed`);

  it('are one of all meshes, one of each kind in a mesh, and one of each router', async () => {
    const resources = [
      ...[named('mesh', 'shop'), named('mesh', 'other'), named('mesh', 'x', { meshOwner: '2222' })],
      ...[node, named('virtualNode', 'green'), named('virtualRouter', 'r')],
      ...[routeOf('r'), routeOf('s'), named('route', 'more', { parentName: 'r' })],
      named('virtualNode', 'blue', { meshName: 'other' }),
      // Of a mesh with the same name in another account.
      named('virtualNode', 'blue', { meshOwner: '2222' }),
    ];
    const { log } = await verified({ claims: resources.map((each) => aClaim(each, { id: undefined })) });
    expect(log).toEqual([
      ...['list mesh/', list, 'list virtualRouter/shop/', 'list route/shop/r/', 'list route/shop/s/'],
      ...['list virtualNode/other/', list],
    ]);
  });

  it('that are refused leave their claims as they are, and the operators are informed', async () => {
    const { failure, notes, claimOn, isVerified } = await verified({
      claims: [known({ refused }), aClaim(routeOf('r'), { id: undefined })],
      errors: { [list]: [refusal('this list')] },
    });
    expect([failure, isVerified]).toEqual([undefined, true]);
    expect(claimOn(node)).toEqual(known({ refused }));
    expect(notes).toEqual([
      'cluster local: resources could not be listed and were not verified: this list is not allowed',
    ]);
  });

  it('fail if all are refused', async () => {
    const [first, second] = [refusal('this list'), refusal('that list')];
    const { failure, notes, isVerified } = await verified({
      claims: [known(), aClaim(routeOf('r'))],
      errors: { [list]: [first], 'list route/shop/r/': [second] },
    });
    expect([failure, notes, isVerified]).toEqual([first, [], false]);
  });

  it('end the run if one cannot be read now', async () => {
    const down = new RetryableError('no answer');
    const { failure, run, isVerified } = await verified({
      claims: [known(), aClaim(routeOf('r'), { id: undefined })],
      errors: { [list]: [down] },
    });
    expect([failure, run.isOutOfTime(), isVerified]).toEqual([down, true, false]);
  });

  it('are none, and all is verified, without claims', async () => {
    const { log, failure, isVerified } = await verified({});
    expect([log, failure, isVerified]).toEqual([[], undefined, true]);
  });

  it('are left to the next run, and so are claims, when there is no time left', async () => {
    const { log, isVerified } = await verified({
      claims: [known(), aClaim(named('virtualNode', 'gone')), aClaim(routeOf('r'))],
      tookMs: { [list]: 40_000 },
    });
    expect([log, isVerified]).toEqual([[list], false]);
  });
});
