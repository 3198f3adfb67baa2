import { describe, expect, it } from 'vitest';
import * as errors from '../../shared/model/errors.ts';

/** Of each class of errors, its name and its code. */
const classes = {
  RetryableError: [() => new errors.RetryableError('m'), 'Unavailable'],
  WaitError: [() => new errors.WaitError('m'), 'Waiting'],
  NotDueError: [() => new errors.NotDueError('m'), 'Waiting'],
  PermanentError: [() => new errors.PermanentError('m'), 'Rejected'],
  PrunedFieldsError: [() => new errors.PrunedFieldsError('m'), 'FieldsPruned'],
  KindNotServedError: [() => new errors.KindNotServedError('m'), 'KindNotServed'],
  ForgedEventError: [() => new errors.ForgedEventError('m'), 'Forged'],
  ConflictError: [() => new errors.ConflictError('m'), 'Conflict'],
  NotFoundError: [() => new errors.NotFoundError('service', 'm'), 'NotFound'],
  OperationInProgressError: [() => new errors.OperationInProgressError('op-1', 'm'), 'Waiting'],
  ResourceInUseError: [() => new errors.ResourceInUseError('m'), 'ResourceInUse'],
  QuotaExceededError: [() => new errors.QuotaExceededError('m'), 'QuotaExceeded'],
  RefusedError: [() => new errors.RefusedError('m'), 'Refused'],
} as const;

describe('an error', () => {
  it.each(Object.entries(classes))('%s has the name of its class and a code', (name, [create, code]) => {
    const { name: own, code: its, message, permission } = create();
    expect([own, its, message, permission]).toEqual([name, code, 'm', undefined]);
  });

  it('keeps another code, the permission that is missing and its cause', () => {
    const cause = new Error('denied');
    const permission = { action: 'a:B' };
    const error = new errors.PermanentError('m', { code: 'AccessDenied', permission, cause });
    expect([error.code, error.permission, error.cause]).toEqual(['AccessDenied', permission, cause]);
  });

  it('keeps what its class knows', () => {
    expect(new errors.RetryableError('m', { retryAfterMs: 5 }).retryAfterMs).toBe(5);
    expect(new errors.NotFoundError('operation', 'm').resource).toBe('operation');
    expect(new errors.OperationInProgressError('op-1', 'm').operationId).toBe('op-1');
    expect(new errors.QuotaExceededError('m', { quota: 'namespace' }).quota).toBe('namespace');
    const waitsIn = { target: 'own/own', namespaceName: 'n', serviceName: 's' };
    const refused = new errors.RefusedError('m', { dependsOn: 'owners', waitsIn });
    expect([refused.dependsOn, refused.waitsIn]).toEqual(['owners', waitsIn]);
  });
});
