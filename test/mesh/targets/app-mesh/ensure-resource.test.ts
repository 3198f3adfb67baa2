import { describe, expect, it } from 'vitest';
import { ensureResource } from '../../../../shared/mesh/targets/app-mesh/ensure-resource.ts';
import { clusterTag } from '../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type {
  AppMeshClaim,
  AppMeshDesired,
} from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import {
  NotFoundError,
  PermanentError,
  RefusedError,
  RetryableError,
} from '../../../../shared/model/errors.ts';
import { fakeRun, others, ours } from './fake-run.ts';
import { aClaim, aDesired, named } from './plan/planned.ts';

const node = named('virtualNode', 'blue');
const key = 'virtualNode/shop/blue';
const arn = `arn:${key}`;
const spec = { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] };
const desired = aDesired(node, spec, { dependsOn: ['mesh/shop'] });
const { sourceObject } = desired;

/** The claim before any call, and after one that has been answered. */
const claimed = { key, resource: node, sourceObject, phase: 'claimed', dependsOn: ['mesh/shop'] };
const applied = { ...claimed, phase: 'applied', fingerprint: 'new', id: arn, version: 7, createdAtMs: 70 };
const updated = { ...applied, version: 8 };
const known = (more: Partial<AppMeshClaim> = {}) =>
  aClaim(node, { version: 7, createdAtMs: 70, fingerprint: 'old', dependsOn: ['mesh/shop'], ...more });

type Given = Parameters<typeof fakeRun>[0];

/** Ensures a resource with the claim of the run on it. */
async function ensured(given: Given = {}, wanted: AppMeshDesired = desired) {
  const { app, ...rest } = fakeRun(given);
  const claim = rest.claimOn(wanted.resource);
  const step = {
    do: 'ensure',
    key: wanted.key,
    after: [],
    needsToExist: [],
    desired: wanted,
    claim,
  } as const;
  const failure = await ensureResource(app, step).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ...rest, failure };
}

describe('a resource without a claim', () => {
  it('is created with our tag, and its claim is written before and after', async () => {
    const { log, written, options } = await ensured();
    expect(log).toEqual(['claim claimed', `create ${key}`, 'claim applied']);
    expect(written).toEqual([claimed, applied]);
    expect(options).toEqual([{ clientToken: 'token', tags: ours }]);
  });

  it('whose name is taken is ours if it has our tag', async () => {
    const { log, written } = await ensured({ existing: { [key]: { tags: ours, spec } } });
    const calls = [`create ${key}`, `describe ${key}`, `tags ${arn}`];
    expect(log).toEqual(['claim claimed', ...calls, 'claim applied']);
    expect(written.at(-1)).toEqual(applied);
  });

  it('whose name is taken is tagged before it is updated, if it may be adopted', async () => {
    const { log, written, options } = await ensured({ existing: { [key]: {} }, adopt: 'untagged' });
    expect(log.slice(4)).toEqual([
      `tag ${arn} ${clusterTag},local`,
      ...['claim claimed', `update ${key}`, 'claim applied'],
    ]);
    expect(written.slice(1)).toEqual([{ ...claimed, id: arn, version: 7, createdAtMs: 70 }, updated]);
    expect(options.at(-1)).toEqual({ clientToken: 'token' });
  });

  it.each([
    ['to another cluster', { tags: others }, 'belongs to cluster second', [`tags ${arn}`]],
    ['to another account', { resourceOwner: '2222', tags: ours }, 'belongs to account 2222', []],
  ])('whose name is taken is left alone if it belongs %s', async (_, there, message, tags) => {
    const { log, failure } = await ensured({ existing: { [key]: there } });
    expect(log).toEqual(['claim claimed', `create ${key}`, `describe ${key}`, ...tags]);
    expect(failure).toBeInstanceOf(RefusedError);
    expect(failure).toMatchObject({ message: `${key} already exists and ${message}` });
  });

  it('whose name is taken by what is then not found is retried', async () => {
    const { failure, log } = await ensured({
      existing: { [key]: {} },
      before: { [`describe ${key}`]: (resources) => void resources.clear() },
    });
    expect(log.at(-1)).toBe(`describe ${key}`);
    expect(failure).toBeInstanceOf(RetryableError);
    expect(failure).toMatchObject({
      message: `${key} cannot be created since it exists, but was not found; it may just have been deleted`,
    });
  });

  it('that App Mesh refuses is not looked up', async () => {
    const refusal = new PermanentError('not so');
    const { failure, log } = await ensured({ errors: { [`create ${key}`]: [refusal] } });
    expect([failure, log]).toEqual([refusal, ['claim claimed', `create ${key}`]]);
  });
});

describe('a resource with a claim', () => {
  const existing = { [key]: { tags: ours } };
  const update = ['claim claimed', `update ${key}`, 'claim applied'];

  it('that says that it is as desired costs no call', async () => {
    const former = { kind: 'VirtualNode', namespace: 'apps', name: 'former' } as const;
    const claim = known({ fingerprint: 'new', sourceObject: former, dependsOn: [] });
    const { log, written } = await ensured({ claims: [claim], existing });
    expect(log).toEqual(['claim applied']);
    expect(written).toEqual([{ ...claim, sourceObject, dependsOn: ['mesh/shop'] }]);
  });

  it('is updated if its spec differs; until then either dependencies may apply', async () => {
    const { log, written, options } = await ensured({
      claims: [known({ dependsOn: ['mesh/former', 'mesh/shop'] })],
      existing,
    });
    expect(log).toEqual(update);
    const before = { ...claimed, id: arn, version: 7, createdAtMs: 70 };
    expect(written).toEqual([{ ...before, dependsOn: ['mesh/former', 'mesh/shop'] }, updated]);
    expect(options).toEqual([{ clientToken: 'token' }]);
  });

  it('is updated if a call may have been interrupted', async () => {
    const claims = [known({ phase: 'claimed', fingerprint: 'new' })];
    expect((await ensured({ claims, existing })).log).toEqual(update);
  });

  it('without an ARN is created', async () => {
    const claims = [known({ id: undefined, fingerprint: 'new' })];
    expect((await ensured({ claims })).log).toEqual(['claim claimed', `create ${key}`, 'claim applied']);
  });

  it('is created if it is gone', async () => {
    const { log, written } = await ensured({ claims: [known()] });
    expect(log).toEqual([
      ...['claim claimed', `update ${key}`, `describe ${key}`],
      ...['claim claimed', `create ${key}`, 'claim applied'],
    ]);
    expect(written.slice(1)).toEqual([{ ...claimed, revision: 2 }, applied]);
  });

  it.each([
    ['refers to what is missing', new NotFoundError('resource', 'mesh'), [`describe ${key}`]],
    ['is refused', new PermanentError('not so'), []],
  ])('is not created if it exists, but its new spec %s', async (_, error, further) => {
    const errors = { [`update ${key}`]: [error] };
    const { log, failure } = await ensured({ claims: [known()], existing, errors });
    expect(failure).toBe(error);
    expect(log).toEqual(['claim claimed', `update ${key}`, ...further]);
  });

  it.each([
    ['another creation time', { createdAtMs: 71 }, arn],
    ['another ARN', { arn: 'arn:other' }, 'arn:other'],
  ])('that has %s is no longer ours if it has the tag of another cluster', async (_, changed, now) => {
    const { failure, log, claimOn } = await ensured({
      ...{ claims: [known()], existing: { [key]: { ...changed, tags: others } } },
    });
    expect(failure).toMatchObject({ message: `${key} already exists and belongs to cluster second` });
    expect(log.slice(2)).toEqual([`tags ${now}`, 'claim claimed']);
    expect(claimOn(node)).toEqual({ ...claimed, revision: 3 });
  });

  it('that was made again with our tag is ours', async () => {
    const { log, claimOn } = await ensured({
      ...{ claims: [known()], existing: { [key]: { createdAtMs: 71, tags: ours } } },
    });
    expect(log).toEqual(['claim claimed', `update ${key}`, `tags ${arn}`, 'claim applied']);
    expect(claimOn(node)).toEqual({ ...updated, createdAtMs: 71, revision: 3 });
  });
});

describe('the listeners in the claim on a virtual router', () => {
  const router = named('virtualRouter', 'r');
  const on = (protocol: string) => ({ protocol, port: 80 });
  const routerSpec = (protocol: string) => ({ listeners: [{ portMapping: on(protocol) }] });
  const wanted = aDesired(router, routerSpec('grpc'));
  const existing = { 'virtualRouter/shop/r': { tags: ours } };
  const version = { version: 7, createdAtMs: 70 };

  it.each<readonly [name: string, claim: Partial<AppMeshClaim> | undefined, before: unknown]>([
    ['without a claim are the new ones', undefined, [[on('grpc')]]],
    ['are the former and the new ones', { listeners: [[on('http')]] }, [[on('http')], [on('grpc')]]],
    ['are not known if the former are not', {}, undefined],
    ['of what does not exist yet are the new ones', { id: undefined }, [[on('grpc')]]],
  ])('until a call has ended %s', async (_, claim, before) => {
    const claims = claim === undefined ? [] : [aClaim(router, { ...version, ...claim })];
    const { written } = await ensured({ claims, ...(claim && 'id' in claim ? {} : { existing }) }, wanted);
    expect(written[0]?.listeners).toEqual(before);
    expect(written.at(-1)).toMatchObject({ phase: 'applied', listeners: [[on('grpc')]] });
  });

  it('that was adopted are those found and the new ones', async () => {
    const there = { 'virtualRouter/shop/r': { spec: routerSpec('http'), tags: ours } };
    const { written } = await ensured({ existing: there }, wanted);
    expect(written.map(({ listeners }) => listeners)).toEqual([
      [[on('grpc')]],
      [[on('http')], [on('grpc')]],
      [[on('grpc')]],
    ]);
  });

  it('are recorded if the claim says that it is as desired', async () => {
    const { written } = await ensured({ claims: [aClaim(router, { fingerprint: 'new' })] }, wanted);
    expect(written).toMatchObject([{ phase: 'applied', listeners: [[on('grpc')]] }]);
  });
});

describe('a route that exists without a tag', () => {
  const own = { statusArn: undefined, awsName: 'custom' };
  const wanted = (kind: 'route' | 'gatewayRoute') => {
    const all = aDesired(named(kind, 'all', { parentName: 'r' }));
    return { ...all, entry: { ...all.entry, ...own } };
  };
  const router = named('virtualRouter', 'r');

  it.each([
    ['is adopted if its router is ours', 'route', [aClaim(router)], 'applied'],
    ['is refused if its router may not exist', 'route', [aClaim(router, { id: undefined })], 'claimed'],
    ['is refused if its router is not known', 'route', [], 'claimed'],
    ['is refused if it is one of a gateway', 'gatewayRoute', [aClaim(router)], 'claimed'],
  ] as const)('%s', async (_, kind, claims, phase) => {
    const resource = wanted(kind);
    const existing = { [resource.key]: {} };
    const { failure, claimOn } = await ensured({ claims, existing, adopt: 'old-controller' }, resource);
    expect(claimOn(resource.resource)?.phase).toBe(phase);
    expect(failure instanceof RefusedError).toBe(phase === 'claimed');
  });
});

describe('a mesh of others', () => {
  const shared = aDesired(named('mesh', 'shop', { meshOwner: '2222' }));
  const own = aDesired(named('mesh', 'shop'));

  it('that is shared with our account is used read-only', async () => {
    const { log, written } = await ensured({ existing: { [shared.key]: {} } }, shared);
    expect(log).toEqual([`describe ${shared.key}`, 'claim applied']);
    expect(written).toEqual([
      {
        ...{ key: shared.key, resource: shared.resource, sourceObject, phase: 'applied', dependsOn: [] },
        ...{ id: `arn:${shared.key}`, owner: 'account 2222' },
      },
    ]);
  });

  it('that is not shared is refused', async () => {
    const { log, failure } = await ensured({}, shared);
    expect(log).toEqual([`describe ${shared.key}`]);
    expect(failure).toBeInstanceOf(RefusedError);
    expect(failure).toMatchObject({
      message: 'mesh "shop" of account 2222 not found; share it with this account, or correct spec.meshOwner',
    });
  });

  it('that another cluster of the account owns is used read-only', async () => {
    const { written, log } = await ensured({ existing: { 'mesh/shop': { tags: others } } }, own);
    expect(log.slice(1)).toEqual([
      'create mesh/shop',
      'describe mesh/shop',
      'tags arn:mesh/shop',
      'claim applied',
    ]);
    expect(written.at(-1)).toMatchObject({ phase: 'applied', id: 'arn:mesh/shop', owner: 'cluster second' });
    expect(written.at(-1)).not.toHaveProperty('fingerprint');
  });

  it('is created if it is gone, though its claim has an ARN', async () => {
    const claims = [aClaim(own.resource, { owner: 'cluster second', version: 7, createdAtMs: 70 })];
    const { log, written } = await ensured({ claims }, own);
    expect(log).toEqual(['claim claimed', 'create mesh/shop', 'claim applied']);
    expect(written[0]).toMatchObject({ id: undefined, version: undefined, createdAtMs: undefined });
    expect(written[1]).not.toHaveProperty('owner');
  });
});
