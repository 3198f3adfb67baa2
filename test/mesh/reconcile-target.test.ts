import { describe, expect, it } from 'vitest';
import type { Problem } from '../../shared/mesh/plan/problem.ts';
import {
  NotFoundError,
  PermanentError,
  QuotaExceededError,
  RetryableError,
} from '../../shared/model/errors.ts';
import { aNode } from './harness/manifests.ts';
import { claimOn, reconciled, smallTarget } from './small-target.ts';

const down = new RetryableError('no answer');
const missing = new NotFoundError('resource', 'a not found');
const full = new QuotaExceededError('no more nodes');
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

/** The result of a run in which nothing is left. */
const done = { name: 'small', isVerified: false, isContinued: false, isUnverified: false };

describe('the result of a run', () => {
  const read = { inputs: 'digest' };
  const more = { more: read };

  it('in which all is applied has what the target has read', async () => {
    const { result, claims } = await reconciled({ nodes: ['a'], ...more });
    expect(result).toEqual({ ...done, ...read });
    expect(claims.a).toMatchObject({ phase: 'applied', id: 'id-a' });
  });

  it('in which a step failed has the error, and not what was read', async () => {
    const { result } = await reconciled({ nodes: ['a', 'b'], errors: { 'ensure a': [down] }, ...more });
    expect(result).toEqual({ ...done, error: down });
  });

  it('in which a step was refused has no error: the refusal is recorded', async () => {
    const errors = { 'ensure a': [new PermanentError('not so')] };
    const { result, claims } = await reconciled({ nodes: ['a'], errors, ...more });
    expect(result).toEqual({ ...done, ...read });
    expect(claims.a?.refused).toMatchObject({ reason: 'Refused', message: 'not so' });
  });

  it('that had no time for a step is continued, and has not what was read', async () => {
    const { result, calls } = await reconciled({
      ...{ nodes: ['a', 'b'], dependsOn: { b: ['a'] }, tookMs: { 'ensure a': 40_000 } },
      ...more,
    });
    expect(calls).toEqual(['ensure a']);
    expect(result).toEqual({ ...done, isContinued: true });
  });

  it('that had no time for a status is continued', async () => {
    const { result, log } = await reconciled({ nodes: ['a'], tookMs: { 'ensure a': 50_000 }, ...more });
    expect(log).toEqual(['ensure a', 'status a']);
    expect(result).toEqual({ ...done, isContinued: true });
  });

  it.each([
    ['is continued without its error if another step succeeded', ['c', 'a', 'b'], { isContinued: true }],
    ['has its error and is not continued if nothing was done', ['a', 'b'], { error: down }],
  ])('that had no time after a failure %s', async (_, nodes, expected) => {
    const { result } = await reconciled({
      ...{ nodes, dependsOn: { b: ['a'] }, errors: { 'ensure a': [down] }, tookMs: { 'ensure a': 40_000 } },
      // Without a claim that says that a exists, b would wait for a.
      claims: nodes.filter((name) => name !== 'b').map((name) => claimOn(name)),
    });
    expect(result).toEqual({ ...done, ...expected });
  });

  it.each([
    ['all claims, is verified', { verifies: true }, { isVerified: true }],
    ['some claims, is not', { verifies: false }, { isUnverified: true }],
    [
      'some claims until there was no time, is continued',
      { verifies: false, tookMs: { verify: 40_000 } },
      { isUnverified: true, isContinued: true },
    ],
    [
      'all claims, but had no time for a step, is verified and verifies again',
      { verifies: true, nodes: ['a'], tookMs: { verify: 40_000 } },
      { isVerified: true, isUnverified: true, isContinued: true },
    ],
  ])('that verified %s', async (_, given, expected) => {
    expect((await reconciled({ verify: true, ...given })).result).toEqual({ ...done, ...expected });
  });

  it('that was slow and had nothing to do is not continued without a verification', async () => {
    const tookMs = { 'ensure a': 40_000 };
    expect((await reconciled({ nodes: ['a'], tookMs })).result).toEqual(done);
  });
});

describe('the rounds of a run', () => {
  it('are repeated where a deletion freed the quota that a creation waits for', async () => {
    const errors = { 'ensure a': [full] };
    const { result, calls, claims } = await reconciled({ nodes: ['a'], claims: [claimOn('x')], errors });
    expect(calls).toEqual(['ensure a', 'release x', 'ensure a']);
    expect(result).toEqual(done);
    expect(Object.keys(claims)).toEqual(['a']);
    expect(claims.a?.refused).toBeUndefined();
  });

  it('are repeated where the target counts before the call', async () => {
    const overQuota = (creations: readonly { readonly key: string }[], claims: readonly unknown[]) => {
      const problem: Problem = { reason: 'QuotaExceeded', message: 'full' };
      return new Map(claims.length > 0 ? creations.map(({ key }) => [key, problem]) : []);
    };
    const { calls } = await reconciled({ nodes: ['a'], claims: [claimOn('x')], rules: { overQuota } });
    expect(calls).toEqual(['release x', 'ensure a']);
  });

  it.each<readonly [name: string, given: Parameters<typeof reconciled>[0], calls: readonly string[]]>([
    [
      'where nothing waits for a quota',
      { nodes: ['a'], claims: [claimOn('x')], errors: { 'ensure a': [down] } },
      ['ensure a', 'release x'],
    ],
    ['where no deletion freed a quota', { nodes: ['a'], errors: { 'ensure a': [full] } }, ['ensure a']],
    [
      'where a resource is missing in a run that verifies',
      { nodes: ['a'], verify: true, verifies: false, errors: { 'ensure a': [missing] } },
      ['verify', 'ensure a'],
    ],
  ])('are not repeated %s', async (_, given, calls) => {
    expect((await reconciled(given)).calls).toEqual(calls);
  });

  it('repeat only what was refused because of a quota', async () => {
    const errors = { 'ensure a': [full], 'ensure b': [new PermanentError('not so')] };
    const { calls } = await reconciled({ nodes: ['a', 'b'], claims: [claimOn('x')], errors });
    expect(calls).toEqual(['ensure a', 'ensure b', 'release x', 'ensure a']);
  });

  it('are at most three', async () => {
    const errors = {
      'ensure a': times(4, full),
      ...{ 'release x': [], 'release y': [down], 'release z': times(2, down) },
    };
    const { calls } = await reconciled({
      ...{ nodes: ['a'], claims: ['x', 'y', 'z'].map((key) => claimOn(key)), errors },
    });
    expect(calls.filter((text) => text === 'ensure a')).toHaveLength(3);
    expect(calls.filter((text) => text === 'release z')).toHaveLength(3);
  });

  it('end when there is no time left, and keep what the statuses say', async () => {
    const { result, statuses } = await reconciled({
      ...{ nodes: ['a'], claims: [claimOn('x'), claimOn('y', { dependsOn: ['x'] })] },
      ...{ errors: { 'ensure a': [full] }, tookMs: { 'release y': 40_000 } },
    });
    expect(result).toEqual({ ...done, isContinued: true });
    expect(statuses.a).toBe('small QuotaExceeded: no more nodes');
  });

  it('end when neither a step nor a status has time left', async () => {
    const { calls, result } = await reconciled({
      ...{ nodes: ['a', 'b'], dependsOn: { b: ['a'] }, claims: [claimOn('a')] },
      ...{ errors: { 'ensure a': [missing] }, tookMs: { 'ensure a': 50_000 } },
    });
    expect(calls).toEqual(['ensure a']);
    expect(result).toEqual({ ...done, error: missing });
  });

  it('verify all claims once, where a resource is missing', async () => {
    const { calls, result } = await reconciled({
      ...{ nodes: ['a'], verifies: false, errors: { 'ensure a': times(9, missing) } },
    });
    expect(calls).toEqual(['ensure a', 'verify', 'ensure a']);
    expect(result).toEqual({ ...done, isUnverified: true, error: missing });
  });

  it('neither verify because of a quota, nor repeat because of a missing resource what a quota refused', async () => {
    const errors = { 'ensure a': [missing], 'ensure b': times(2, full) };
    const { calls } = await reconciled({ nodes: ['a', 'b'], errors });
    expect(calls).toEqual(['ensure a', 'ensure b', 'verify', 'ensure a']);
  });
});

describe('a deletion that has to wait', () => {
  it('has a claim that says so, which is written once', async () => {
    const claims = [
      ...[claimOn('x'), claimOn('y', { phase: 'releasing' })],
      claimOn('a', { dependsOn: ['x', 'y'], phase: 'claimed' }),
    ];
    const objects = [aNode('a', { listeners: 'none' })];
    const { claims: after, calls } = await reconciled({ objects, claims });
    expect(calls).toEqual([]);
    expect(after.x).toEqual({ ...claimOn('x'), phase: 'releasing', revision: 2 });
    expect(after.y).toEqual(claims[1]);
  });
});

describe('the statuses of a run', () => {
  it('are written as soon as the last step of their object has ended, and again at the end', async () => {
    const wants = { a: ['a1', 'a2'] };
    const { log } = await reconciled({ nodes: ['a', 'b'], wants, dependsOn: { a2: ['a1'], b: ['a2'] } });
    const steps = ['ensure a1', 'ensure a2', 'status a', 'ensure b', 'status b'];
    expect(log).toEqual([...steps, 'status shop', 'status a', 'status b']);
  });

  it('are written as soon as a resource that their object wants no more is deleted', async () => {
    const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'a' } as const;
    const claims = [claimOn('former', { sourceObject }), claimOn('gone', { dependsOn: ['former'] })];
    const { log } = await reconciled({ nodes: ['a'], wants: { a: [] }, claims });
    expect(log).toEqual(['release gone', 'release former', 'status a', 'status shop', 'status a']);
  });

  it.each([
    ['early', 'a', ['ensure a', 'ensure b', 'status b']],
    ['at the end', 'shop', ['ensure a', 'status a', 'ensure b', 'status b', 'status a', 'status b']],
  ])('that cannot be written %s fail the run, once all others have ended', async (_, name, log) => {
    const error = new TypeError('a fault of ours');
    const ended = await reconciled({
      ...{ nodes: ['a', 'b'], dependsOn: { b: ['a'] }, unwritable: { [name]: error } },
    });
    expect(ended).toMatchObject({ failure: error, log });
  });

  it('state why an object waits that has no resources and no problems of its own', async () => {
    const waiting = () => ({ reason: 'Pending', message: 'waits for others' }) as const;
    const { statuses } = await reconciled({
      ...{ wants: { none: [] }, more: { waiting } },
      objects: [aNode('some'), aNode('none'), aNode('invalid', { listeners: 'none' })],
    });
    expect(statuses).toEqual({
      ...{ shop: 'small Pending: waits for others', none: 'small Pending: waits for others' },
      some: 'small Applied: Small matches the spec',
      invalid: expect.stringMatching(/^small Invalid: .*listeners/),
    });
  });

  it('state nothing of the kind if the target finds no reason to wait', async () => {
    const { statuses } = await reconciled({ more: { waiting: () => null } });
    expect(statuses).toEqual({ shop: 'small Applied: Small matches the spec' });
  });
});

it('of two objects that want a resource, the one that holds it by a claim keeps it', async () => {
  const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'newer' } as const;
  const { statuses } = await reconciled({
    ...{ nodes: ['older', 'newer'], wants: { older: ['r'], newer: ['r'] } },
    claims: [claimOn('r', { sourceObject })],
  });
  expect(statuses.newer).toBe('small Applied: Small matches the spec');
  expect(statuses.older).toMatch(/^small NameTaken: r is already used by VirtualNode apps\/newer/);
});

it('a target that reads from outside the cluster is informed first, and finishes last', async () => {
  const log: unknown[] = [];
  const finish = async ({ cluster }: { readonly cluster: string }) => void log.push(`finish ${cluster}`);
  const { result } = await reconciled({
    more: {
      informed: async () =>
        smallTarget({ log: [], nowMs: 0 }, { name: 'other', more: { inputs: 'i', finish } }),
    },
  });
  expect(result).toEqual({ ...done, name: 'other', inputs: 'i' });
  expect(log).toEqual(['finish local']);
});
