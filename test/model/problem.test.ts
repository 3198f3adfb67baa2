import { describe, expect, it } from 'vitest';
import { ExpiredError } from '../../shared/adapters/kubernetes/errors.ts';
import {
  ConflictError,
  NotDueError,
  NotFoundError,
  OperationInProgressError,
  PermanentError,
  PrunedFieldsError,
  QuotaExceededError,
  RefusedError,
  RetryableError,
  WaitError,
} from '../../shared/model/errors.ts';
import { failureOf } from '../../shared/model/problem.ts';

describe('an error as data', () => {
  it.each([
    [new RetryableError('x'), 'Unavailable'],
    [new ExpiredError('x'), 'Unavailable'],
    [new WaitError('x'), 'Waiting'],
    [new NotDueError('x'), 'Waiting'],
    [new OperationInProgressError('op-1', 'x'), 'Waiting'],
    [new PermanentError('x'), 'Rejected'],
    [new PrunedFieldsError('x'), 'FieldsPruned'],
    [new QuotaExceededError('x'), 'QuotaExceeded'],
    [new ConflictError('x'), 'Conflict'],
    [new NotFoundError('service', 'x'), 'NotFound'],
    [new RefusedError('x'), 'Refused'],
    [new WaitError('x', { code: 'Throttled' }), 'Throttled'],
    [new TypeError('x'), 'Unexpected'],
    ['x', 'Unexpected'],
  ])('an error as data has the code of its class, or its own: %s', (error, code) => {
    expect(failureOf(error)).toEqual({ code, message: 'x' });
  });

  it('an error as data has the missing permission of the error that caused it', () => {
    const permission = { action: 'eks:DescribeCluster' };
    const denial = new RetryableError('denied', { code: 'AccessDenied', permission });
    const cause = new PermanentError('out of reach', { cause: denial });
    const error = new RefusedError('the condition cannot be set', { cause });
    expect(failureOf(error)).toEqual({
      ...{ code: 'Refused', message: 'the condition cannot be set' },
      permission,
    });
  });
});
