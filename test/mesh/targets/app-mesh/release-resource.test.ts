import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { AppMeshClaim } from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { releaseResource } from '../../../../shared/mesh/targets/app-mesh/release-resource.ts';
import { PermanentError, ResourceInUseError, RetryableError } from '../../../../shared/model/errors.ts';
import { fakeRun, others, ours } from './fake-run.ts';
import { aClaim, named } from './plan/planned.ts';

const node = named('virtualNode', 'blue');
const key = 'virtualNode/shop/blue';
const arn = `arn:${key}`;
const existing = { [key]: { tags: ours } };
const inUse = new ResourceInUseError('a route refers to it');

type Given = Parameters<typeof fakeRun>[0];

async function released(claim: Partial<AppMeshClaim>, given: Given) {
  const { app, ...rest } = fakeRun({ claims: [aClaim(node, claim)], ...given });
  const known = rest.claimOn(node) as AppMeshClaim;
  const ended = await releaseResource(app, known).then(
    (problem) => ({ problem, failure: undefined }),
    (failure: unknown) => ({ problem: undefined, failure }),
  );
  return { ...rest, ...ended };
}
const done = { problem: null, notes: [] };
const times = (count: number) => Array.from({ length: count }, () => inUse);

describe('a resource that nobody wants any more', () => {
  it('is deleted if it has our tag; its claim says so before, and is removed after it', async () => {
    const result = await released({}, { existing });
    expect(result).toMatchObject(done);
    expect(result.log).toEqual(['claim releasing', `tags ${arn}`, `delete ${key}`, `remove ${key}`]);
    expect(result.written).toEqual([{ ...aClaim(node), phase: 'releasing' }]);
  });

  it('is deleted without another write if its claim says so already', async () => {
    const { log } = await released({ phase: 'releasing' }, { existing });
    expect(log).toEqual([`tags ${arn}`, `delete ${key}`, `remove ${key}`]);
  });

  it('is not even read if it was used read-only', async () => {
    const result = await released({ owner: 'cluster second' }, { existing });
    expect(result).toMatchObject(done);
    expect(result.log).toEqual(['claim releasing', `remove ${key}`]);
  });

  it.each([
    ['another tag', others, 'second'],
    ['no tag', {}, 'missing'],
  ])('stays with %s, and the operators are informed', async (_, tags, found) => {
    const { log, notes, problem } = await released({}, { existing: { [key]: { tags } } });
    expect(log).toEqual(['claim releasing', `tags ${arn}`, `remove ${key}`]);
    expect(notes).toEqual([
      `cluster local: ${key} is no longer wanted, but was not deleted: its tag ${clusterTag} is ${found}, expected local`,
    ]);
    expect(problem).toBeNull();
  });

  it('that is gone costs one call', async () => {
    const result = await released({}, {});
    expect(result).toMatchObject(done);
    expect(result.log).toEqual(['claim releasing', `tags ${arn}`, `remove ${key}`]);
  });

  it('keeps its claim if its tags cannot be read', async () => {
    const failure = new RetryableError('no answer');
    const result = await released({}, { existing, errors: { [`tags ${arn}`]: [failure] } });
    expect(result).toMatchObject({ failure, log: ['claim releasing', `tags ${arn}`] });
  });
});

describe('a resource that may exist, of a call whose answer is not known', () => {
  const noId = { id: undefined };
  const looked = ['claim releasing', `describe ${key}`];

  it.each([
    ['is deleted if it has our tag', { tags: ours }, [`tags ${arn}`, `delete ${key}`]],
    ['stays if it has another tag', { tags: others }, [`tags ${arn}`]],
    ['stays if another account created it', { resourceOwner: '2222', tags: ours }, []],
  ])('%s', async (_, there, calls) => {
    const result = await released(noId, { existing: { [key]: there } });
    expect(result).toMatchObject(done);
    expect(result.log).toEqual([...looked, ...calls, `remove ${key}`]);
  });

  it('costs one call if it does not exist', async () => {
    const result = await released(noId, {});
    expect(result).toMatchObject(done);
    expect(result.log).toEqual([...looked, `remove ${key}`]);
  });
});

describe('a resource that others refer to', () => {
  const tries = (pausesMs: readonly number[]) => pausesMs.flatMap((ms) => [`delete ${key}`, `sleep ${ms}`]);
  const start = ['claim releasing', `tags ${arn}`];

  it('is deleted as soon as they do no more', async () => {
    const { log, problem } = await released({}, { existing, errors: { [`delete ${key}`]: times(2) } });
    expect(problem).toBeNull();
    expect(log).toEqual([...start, ...tries([100, 200]), `delete ${key}`, `remove ${key}`]);
  });

  it.each([
    ['first', undefined, 1],
    ['second', { runs: 1, message: 'before' }, 2],
  ])('is waited for in a %s run, which is retried', async (_, known, runs) => {
    const { log, failure, claimOn, notes } = await released(
      { inUse: known },
      { existing, errors: { [`delete ${key}`]: times(6) } },
    );
    expect(failure).toBe(inUse);
    expect(notes).toEqual([]);
    const pauses = tries([100, 200, 400, 800, 1600]);
    expect(log).toEqual([...start, ...pauses, `delete ${key}`, 'claim releasing']);
    expect(claimOn(node)?.inUse).toEqual({ runs, message: 'a route refers to it' });
  });

  it('is tried once in later runs, which inform the operators', async () => {
    const { log, problem, notes } = await released(
      { phase: 'releasing', inUse: { runs: 2, message: 'before' } },
      { existing, errors: { [`delete ${key}`]: times(1) } },
    );
    expect(log).toEqual([`tags ${arn}`, `delete ${key}`]);
    expect(problem).toEqual({ reason: 'Pending', message: 'a route refers to it' });
    expect(notes).toEqual([
      `cluster local: ${key} was not deleted because other resources refer to it: a route refers to it`,
    ]);
  });

  it.each([
    ['first', {}],
    ['later', { inUse: { runs: 2, message: 'before' } }],
  ])('is not waited for in a %s run if the deletion fails for another reason', async (_, claim) => {
    const failure = new PermanentError('not allowed');
    const result = await released(claim, { existing, errors: { [`delete ${key}`]: [failure] } });
    expect(result).toMatchObject({ failure, notes: [], log: [...start, `delete ${key}`] });
  });
});
