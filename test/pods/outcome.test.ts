import { describe, expect, it } from 'vitest';
import { PermanentError, RefusedError, RetryableError, WaitError } from '../../shared/model/errors.ts';
import type { ServiceKey } from '../../shared/model/identity.ts';
import { Outcome } from '../../shared/pods/outcome.ts';

const service: ServiceKey = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };

/** The outcome of one step for each error, named after the error's message. */
async function outcomeOf(...errors: readonly Error[]): Promise<Outcome> {
  const outcome = new Outcome();
  for (const error of errors)
    await outcome.attempt(error.message, async () => {
      throw error;
    });
  return outcome;
}

const full = new RefusedError('full', { waitsIn: service, dependsOn: 'service quota' });
const wrong = new PermanentError('wrong');

/** What an outcome says of each source. */
function summaryOf({ problems, lasting, refusals, waits }: Outcome) {
  return {
    problems: problems.map(({ source }) => source),
    lasting: lasting.map(({ source }) => source),
    refusals: [...refusals].map(([{ source }, refusal]) => [source, refusal]),
    waits: [...waits].map(([{ source }, where]) => [source, where]),
  };
}

const expected = {
  problems: ['full', 'wrong', 'later'],
  lasting: ['full', 'wrong'],
  refusals: [
    ['full', { isPermanent: false, dependsOn: 'service quota' }],
    ['wrong', { isPermanent: true }],
  ],
  waits: [['full', service]],
};

describe('the outcome of several steps', () => {
  it('the outcome of several steps says which problems last, which are refusals, and which wait for a place', async () => {
    expect(summaryOf(await outcomeOf(full, wrong, new RetryableError('later')))).toEqual(expected);
  });

  it('the outcome of a step says that nothing may be released, if a service was not created', async () => {
    const step = (error: Error) => new Outcome().attempt('front', () => Promise.reject(error));
    expect(await step(full)).toBe('refused');
    const notCreated = new RefusedError('not created', { dependsOn: 'creation' });
    expect(await step(notCreated)).toBe('failed');
    const outcome = await outcomeOf(notCreated);
    expect(summaryOf(outcome)).toMatchObject({
      refusals: [['not created', { isPermanent: false, dependsOn: 'creation' }]],
    });
    expect(() => outcome.rethrow()).not.toThrow();
  });

  it('the outcome of several steps includes all that the outcome of other steps says, and throws their errors', async () => {
    const outcome = await outcomeOf();
    outcome.include(await outcomeOf(full, wrong, new RetryableError('later')));
    expect(summaryOf(outcome)).toEqual(expected);
    expect(() => outcome.rethrow()).toThrow('later');
  });

  it.each([
    [[new WaitError('long', { retryAfterMs: 9_000 }), new WaitError('short', { retryAfterMs: 1_000 })]],
    [[new WaitError('short', { retryAfterMs: 1_000 }), new WaitError('long', { retryAfterMs: 9_000 })]],
    [[new RetryableError('failed'), new WaitError('short', { retryAfterMs: 1_000 })]],
    [[new WaitError('long', { retryAfterMs: 9_000 }), wrong, new WaitError('short')]],
  ])('the outcome of several steps throws the shortest wait before any failure: case %#', async (errors) => {
    const outcome = await outcomeOf(...errors);
    expect(() => outcome.rethrow()).toThrow('short');
  });
});
