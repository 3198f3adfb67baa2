import { describe, expect, it } from 'vitest';
import {
  NotFoundError,
  OperationInProgressError,
  PermanentError,
  RefusedError,
  RetryableError,
} from '../../shared/model/errors.ts';
import { awaitEnd, awaitOperation, inTurn } from '../../shared/pods/operations.ts';
import { Outcome } from '../../shared/pods/outcome.ts';
import type { CloudMap, Dependencies, Operation } from '../../shared/ports/ports.ts';

/** Cloud Map answers these, one a check; time passes by sleeping only. */
function waiting(...answers: readonly (Operation['status'] | Error)[]) {
  const left = [...answers];
  const slept: number[] = [];
  const asked: string[] = [];
  let nowMs = 1_000;
  const clock = {
    now: () => nowMs,
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds);
      nowMs += milliseconds;
    },
  };
  const cloudMap: Pick<CloudMap, 'operations'> = {
    operations: async (serviceId, { ids }) => {
      asked.push(`${ids.join()} of ${serviceId} after ${nowMs - 1_000} ms`);
      const answer = left.shift() ?? 'pending';
      if (answer instanceof NotFoundError) return new Map();
      if (answer instanceof Error) throw answer;
      const state: Operation = { status: answer, error: answer === 'failed' ? 'CODE: in words' : undefined };
      return new Map(ids.map((id) => [id, state]));
    },
  };
  return { clock, cloudMap: cloudMap as CloudMap, slept, asked, deps: { clock } as Dependencies };
}

const operation = { id: 'op', serviceId: 'srv-1' };

describe('waiting for an operation', () => {
  it('waiting for an operation checks soon, then less and less often, until it succeeds', async () => {
    const { clock, cloudMap, asked } = waiting('pending', 'pending', 'pending', 'succeeded');
    await awaitOperation(clock, cloudMap, operation);
    const times = [120, 320, 720, 1520];
    expect(asked).toEqual(times.map((ms) => `op of srv-1 after ${ms} ms`));
  });

  it("waiting for an operation says Cloud Map's own words when it fails, to be tried again later", async () => {
    const { clock, cloudMap } = waiting('pending', 'failed');
    const error = await awaitOperation(clock, cloudMap, operation).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({
      message: 'Cloud Map operation op failed: CODE: in words',
      retryAfterMs: 30_000,
    });
  });

  it('waiting for an operation gives up after some three seconds, right after its last check', async () => {
    const { clock, cloudMap, asked } = waiting();
    const error = await awaitOperation(clock, cloudMap, operation).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ message: 'Cloud Map operation op is still running', retryAfterMs: 5_000 });
    expect(asked).toHaveLength(5);
    expect(asked.at(-1)).toBe('op of srv-1 after 3120 ms');
  });

  it('waiting for an operation fails if Cloud Map has forgotten it', async () => {
    const { clock, cloudMap } = waiting(new NotFoundError('operation', 'gone'));
    await expect(awaitOperation(clock, cloudMap, operation)).rejects.toThrow(NotFoundError);
  });

  it('waiting for an operation that belongs to no service checks at once, then less and less often', async () => {
    const answers: Operation['status'][] = ['pending', 'pending', 'succeeded'];
    const { clock, slept } = waiting();
    const read = async () => ({ status: answers.shift() ?? 'failed' }) as const;
    expect(await awaitEnd(clock, { operation: read } as unknown as CloudMap, 'op')).toEqual({
      status: 'succeeded',
    });
    expect(slept).toEqual([50, 100]);
  });
});

describe('one operation an instance at a time', () => {
  const inTheWay = (id?: string) => new OperationInProgressError(id, `${id} is in the way`);
  /** Throws these, one a call, then answers `mine`. */
  function calls(...errors: readonly Error[]) {
    const left = [...errors];
    const call = async () => {
      const error = left.shift();
      if (error !== undefined) throw error;
      return 'mine';
    };
    return { call, left };
  }

  it.each(['succeeded', 'failed'] as const)(
    'inTurn waits for the operation in the way, which %s, and calls again',
    async (end) => {
      const { deps, cloudMap, asked } = waiting('pending', end);
      expect(await inTurn(deps, cloudMap, 'srv-1', calls(inTheWay('other')).call)).toBe('mine');
      expect(asked).toEqual(['other of srv-1 after 120 ms', 'other of srv-1 after 320 ms']);
    },
  );

  it('inTurn calls again when nothing is known any more of the operation in the way', async () => {
    const { deps, cloudMap } = waiting(new NotFoundError('operation', 'gone'));
    expect(await inTurn(deps, cloudMap, 'srv-1', calls(inTheWay('other')).call)).toBe('mine');
  });

  it('inTurn waits half a second where Cloud Map does not say which operation is in the way', async () => {
    const { deps, cloudMap, slept, asked } = waiting();
    expect(await inTurn(deps, cloudMap, 'srv-1', calls(inTheWay()).call)).toBe('mine');
    expect({ slept, asked }).toEqual({ slept: [500], asked: [] });
  });

  it('inTurn calls four times at most', async () => {
    const { deps, cloudMap } = waiting('succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded');
    const { call, left } = calls(...['1', '2', '3', '4', '5'].map(inTheWay));
    await expect(inTurn(deps, cloudMap, 'srv-1', call)).rejects.toThrow('4 is in the way');
    expect(left).toHaveLength(1);
  });

  it('inTurn lets every other error through, that of reading the operation as well', async () => {
    const { deps, cloudMap } = waiting(new RetryableError('throttled'));
    await expect(
      inTurn(deps, cloudMap, 'srv-1', calls(new PermanentError('wrong'), inTheWay('x')).call),
    ).rejects.toThrow('wrong');
    await expect(inTurn(deps, cloudMap, 'srv-1', calls(inTheWay('x')).call)).rejects.toThrow('throttled');
  });
});

describe('several steps of which none may keep the others from being done', () => {
  const outcomeOf = async (...errors: readonly unknown[]) => {
    const outcome = new Outcome();
    const results = [];
    for (const [index, error] of errors.entries())
      results.push(
        await outcome.attempt(`step ${index + 1}`, async () => {
          if (error !== undefined) throw error;
        }),
      );
    return { outcome, results };
  };

  it('several independent steps go on after a failure, and everything that was not done is reported', async () => {
    const { outcome, results } = await outcomeOf(
      new RefusedError('not yours'),
      undefined,
      new RetryableError('later'),
    );
    expect(results).toEqual(['refused', 'done', 'failed']);
    expect(outcome.problems).toEqual([
      { source: 'step 1', code: 'Refused', message: 'not yours' },
      { source: 'step 3', code: 'Unavailable', message: 'later' },
    ]);
    expect(() => outcome.rethrow()).toThrow('later');
  });

  it('several independent steps with refusals alone are no failure', async () => {
    const { outcome } = await outcomeOf(new RefusedError('not yours'), undefined);
    expect(() => outcome.rethrow()).not.toThrow();
  });

  it.each([
    [[new PermanentError('never'), new RetryableError('later')], 'later'],
    [[new RetryableError('later'), new PermanentError('never')], 'later'],
    [[new PermanentError('never'), new TypeError('mistake')], 'mistake'],
    [[new PermanentError('first'), new PermanentError('second')], 'first'],
  ])('what may go well the next time is thrown before what will not: case %#', async (errors, expected) => {
    const { outcome } = await outcomeOf(...errors);
    expect(() => outcome.rethrow()).toThrow(expected);
  });
});
