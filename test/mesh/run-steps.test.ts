import { describe, expect, it } from 'vitest';
import { MeshRun } from '../../shared/mesh/mesh-run.ts';
import type { MeshTarget } from '../../shared/mesh/mesh-target.ts';
import type { Step } from '../../shared/mesh/plan/steps.ts';
import { runSteps } from '../../shared/mesh/run-steps.ts';
import {
  NotDueError,
  NotFoundError,
  PermanentError,
  QuotaExceededError,
  RefusedError,
  RetryableError,
} from '../../shared/model/errors.ts';
import type { MeshClaim } from '../../shared/model/records/mesh-claim.ts';
import type { MeshDependencies } from '../../shared/ports/mesh-ports.ts';

const sourceObject = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } as const;
const claimOf = (key: string, changed: Partial<MeshClaim> = {}) =>
  ({
    ...{ key, resource: {}, sourceObject, dependsOn: [], revision: 1 },
    ...{ phase: 'applied', fingerprint: 'f0', id: `id-${key}`, ...changed },
  }) as unknown as MeshClaim;

interface StepOptions {
  readonly after?: readonly string[];
  readonly needsToExist?: readonly string[];
}

function stepOf(of: Step['do'], key: string, { after = [], needsToExist = [] }: StepOptions = {}) {
  const desired = { key, sourceObject, dependsOn: [], inputsHash: `hash-${key}` };
  return {
    do: of,
    key,
    after,
    needsToExist,
    desired,
    claim: claimOf(key, { phase: 'claimed' }),
  } as unknown as Step;
}
const ensure = (key: string, options?: StepOptions) => stepOf('ensure', key, options);
const release = (key: string, options?: StepOptions) => stepOf('release', key, options);
const prepare = (key: string, options?: StepOptions) => stepOf('prepare', key, options);

interface Given {
  readonly claims?: readonly MeshClaim[];
  /** What a step throws, by its key. */
  readonly errors?: Readonly<Record<string, Error>>;
  /** How long each step takes, milliseconds. */
  readonly tookMs?: number;
  readonly target?: Partial<MeshTarget>;
  readonly isVerified?: boolean;
  /** What storing a claim throws. */
  readonly notStored?: Error;
}

async function ran(steps: readonly Step[], { claims = [], errors = {}, tookMs = 1, ...given }: Given = {}) {
  const [calls, ended]: [string[], unknown[]] = [[], []];
  let now = 1_000;
  const stored: unknown[] = [];
  const deps = {
    clock: { now: () => now },
    meshClaims: {
      put: async (_: string, claim: MeshClaim) => {
        if (given.notStored) throw given.notStored;
        stored.push(claim);
        return claim;
      },
    },
  } as unknown as MeshDependencies;
  const run = new MeshRun(deps, 'local', 'local#istio', claims);
  run.isVerified = given.isVerified ?? false;
  const act = async (text: string, key: string) => {
    calls.push(text);
    now += tookMs;
    await Promise.resolve();
    const error = errors[key];
    if (error !== undefined) throw error;
  };
  const target = {
    ensure: (_: MeshRun, { key, claim }: { key: string; claim: MeshClaim | undefined }) =>
      act(`ensure ${key} ${claim?.phase}`, key),
    release: async (_: MeshRun, { key }: MeshClaim) => {
      await act(`release ${key}`, key);
      return null;
    },
    prepare: (_: MeshRun, { key }: Step) => act(`prepare ${key}`, key),
    ...given.target,
  } as unknown as MeshTarget;
  const result = await runSteps(run, target, { steps, problems: new Map(), blocked: [] }, (step, problemOf) =>
    ended.push([step.key, problemOf(step.key)?.reason]),
  );
  return { ...result, problems: Object.fromEntries(result.problems), calls, ended, stored, run };
}

describe('the steps of a run', () => {
  it('run each after those that it follows, and tell when each has ended', async () => {
    const steps = [
      ensure('c', { after: ['b', 'a'] }),
      ensure('b', { after: ['a'] }),
      prepare('a'),
      release('d'),
    ];
    const { calls, ended, ...result } = await ran(steps, { claims: [claimOf('b')] });
    expect(calls).toEqual(['prepare a', 'release d', 'ensure b applied', 'ensure c undefined']);
    expect(ended).toEqual([
      ['a', undefined],
      ['d', undefined],
      ['b', undefined],
      ['c', undefined],
    ]);
    expect(result).toMatchObject({ problems: {}, errors: [], released: 1, deferred: 0, stored: [] });
  });

  it('follow a step that is not part of the plan at once', async () => {
    expect((await ran([ensure('a', { after: ['none'] })])).calls).toEqual(['ensure a undefined']);
  });

  it('need no target with preparations', async () => {
    expect(await ran([prepare('a')], { target: { prepare: undefined } as never })).toMatchObject({
      problems: {},
      errors: [],
    });
  });

  it('count what is released, not what was to be', async () => {
    const errors = { b: new RetryableError('no answer') };
    expect((await ran([release('a'), release('b'), ensure('c')], { errors })).released).toBe(1);
  });

  it('are ten at a time', async () => {
    let [now, most] = [0, 0];
    const target: Partial<MeshTarget> = {
      ensure: async () => {
        most = Math.max(most, ++now);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
        now--;
      },
    };
    await ran(
      Array.from({ length: 25 }, (_, index) => ensure(`k${index}`)),
      { target },
    );
    expect(most).toBe(10);
  });

  it('say what the target still waits for', async () => {
    const waiting = { reason: 'Pending', message: 'not ready yet' } as const;
    const pending = (_: MeshRun, { key }: MeshClaim) => (key === 'a' ? waiting : null);
    const { problems } = await ran([ensure('a'), ensure('b'), ensure('c')], {
      claims: [claimOf('a'), claimOf('b')],
      target: { pending } as Partial<MeshTarget>,
    });
    expect(problems).toEqual({ a: waiting });
  });
});

describe('a step that fails', () => {
  const lost = new RetryableError('no answer');

  it('blocks those that depend on it, and in a chain only the first cause is named', async () => {
    const steps = [ensure('a'), ensure('b', { after: ['a'] }), ensure('c', { after: ['b'] }), ensure('d')];
    const { calls, problems, errors, ended } = await ran(steps, { errors: { a: lost } });
    expect(ended).toContainEqual(['a', 'Pending']);
    expect(calls).toEqual(['ensure a undefined', 'ensure d undefined']);
    expect(errors).toEqual([lost]);
    expect(problems.a).toEqual({ reason: 'Pending', message: 'no answer' });
    expect(problems.b).toMatchObject({ waitsFor: 'a' });
    expect(problems.c).toEqual(problems.b);
  });

  it.each([
    ['does not block what needs an object that exists', { needsToExist: ['a'] }, {}, true],
    ['blocks what needs one that does not exist', { needsToExist: ['a'] }, { id: undefined }, false],
    ['blocks what needs another one to exist', { needsToExist: ['z'] }, {}, false],
    ['blocks what needs its change', {}, {}, false],
  ])('%s', async (_, options, claim, runs) => {
    const { calls } = await ran([ensure('a'), ensure('b', { after: ['a'], ...options })], {
      claims: [claimOf('a', claim)],
      errors: { a: lost },
    });
    expect(calls.includes('ensure b undefined')).toBe(runs);
  });

  it('does not block a preparation that needs only that its dependency exists', async () => {
    const options = { after: ['a'], needsToExist: ['a'] };
    const { calls } = await ran([ensure('a'), prepare('b', options)], {
      claims: [claimOf('a')],
      errors: { a: lost },
    });
    expect(calls).toContain('prepare b');
  });

  it('blocks a deletion that follows it', async () => {
    const { calls } = await ran([ensure('a'), release('b', { after: ['a'], needsToExist: ['a'] })], {
      claims: [claimOf('a')],
      errors: { a: lost },
    });
    expect(calls).not.toContain('release b');
  });

  it.each([
    ['refused', new RefusedError('no'), 'Refused'],
    ['permanent', new PermanentError('no'), 'Refused'],
    ['a quota', new QuotaExceededError('no'), 'QuotaExceeded'],
  ])('for good (%s) is recorded in its claim, so that it costs no call', async (_, error, reason) => {
    const given = { claims: [claimOf('a'), claimOf('b', { id: undefined })], errors: { a: error, b: error } };
    const { problems, errors, stored } = await ran([ensure('a'), ensure('b')], given);
    expect(problems).toEqual({ a: { reason, message: 'no' }, b: { reason, message: 'no' } });
    expect(errors).toEqual([]);
    const refused = (key: string) => ({ inputsHash: `hash-${key}`, reason, message: 'no' });
    expect(stored).toEqual([
      { ...claimOf('a'), fingerprint: undefined, refused: refused('a') },
      {
        ...claimOf('b', { id: undefined, phase: 'claimed' }),
        fingerprint: undefined,
        refused: refused('b'),
      },
    ]);
  });

  it.each([
    ['refused for good', new RefusedError('no'), 2],
    ['to be tried again', new RetryableError('no answer'), 0],
  ])(
    'for good after a step that is %s: the refusal is recorded only if both are for good',
    async (_, error, records) => {
      const claims = [claimOf('a'), claimOf('b')];
      const steps = [ensure('a'), ensure('b', { after: ['a'], needsToExist: ['a'] })];
      const { problems, stored } = await ran(steps, {
        claims,
        errors: { a: error, b: new RefusedError('no') },
      });
      expect(problems.b).toEqual({ reason: 'Refused', message: 'no' });
      expect(stored).toHaveLength(records);
    },
  );

  it.each([
    ['refused for good', new RefusedError('no'), ['a', 'c']],
    ['to be tried again', new RetryableError('no answer'), []],
  ])('for good after a step that waits for one that is %s: likewise', async (_, error, recorded) => {
    const steps = [
      ...[ensure('a'), ensure('b', { after: ['a'] })],
      ensure('c', { after: ['b'], needsToExist: ['b'] }),
    ];
    const { calls, stored } = await ran(steps, {
      claims: ['a', 'b', 'c'].map((key) => claimOf(key)),
      errors: { a: error, c: new RefusedError('no') },
    });
    expect(calls).toEqual(['ensure a applied', 'ensure c applied']);
    expect(stored.map((claim) => (claim as MeshClaim).key)).toEqual(recorded);
  });

  it('names the permission that is missing', async () => {
    const permission = { action: 'create', resource: 'virtualservices' } as never;
    const { problems } = await ran([ensure('a')], {
      errors: { a: new PermanentError('no', { permission }) },
    });
    expect(problems).toEqual({ a: { reason: 'Refused', message: 'no', permission } });
  });

  it('for good has nothing to record without a claim, and none for a deletion', async () => {
    const error = new RefusedError('no');
    const errors = { a: error, b: error };
    const { stored, problems } = await ran([ensure('a'), release('b')], { claims: [claimOf('b')], errors });
    expect(stored).toEqual([]);
    expect(Object.keys(problems)).toEqual(['a', 'b']);
  });

  it('fails the run if the refusal cannot be stored', async () => {
    const notStored = new RetryableError('table');
    const { errors } = await ran([ensure('a')], {
      ...{ claims: [claimOf('a')], errors: { a: new RefusedError('no') }, notStored },
    });
    expect(errors).toEqual([notStored]);
  });

  it('for want of a resource is refused if all claims were verified, and repeated if not', async () => {
    const given = { claims: [claimOf('a')], errors: { a: new NotFoundError('object', 'gone') } };
    expect((await ran([ensure('a')], { ...given, isVerified: true })).problems.a?.reason).toBe('Refused');
    const unverified = await ran([ensure('a')], given);
    expect(unverified.problems.a?.reason).toBe('Pending');
    expect(unverified.errors).toHaveLength(1);
  });

  it.each([
    ['after more than five seconds', 5_001, lost, 1],
    ['within five seconds', 5_000, lost, 0],
    ['because it waits, however long', 30_000, new NotDueError('later'), 0],
  ] as const)('%s leaves those not started to the next run, or not', async (_, tookMs, error, deferred) => {
    const steps = [ensure('a'), ensure('b', { after: ['a'], needsToExist: ['a'] })];
    const result = await ran(steps, { claims: [claimOf('a')], errors: { a: error }, tookMs });
    if (deferred === 0) return expect(result.problems).not.toHaveProperty('b');
    expect(result).toMatchObject({ deferred, calls: ['ensure a applied'] });
    expect(result.problems.b).toEqual({ reason: 'Pending', message: 'b is deferred to the next run' });
  });
});
