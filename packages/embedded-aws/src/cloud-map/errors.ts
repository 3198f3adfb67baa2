import { AwsError } from '../protocol.ts';
import type { OperationName } from './shapes.ts';

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

/** The Discover operations have an error of their own in the model; all others the one common to AWS services. */
export function throttled(operation: OperationName): AwsError {
  const code = operation.startsWith('Discover') ? 'RequestLimitExceeded' : 'ThrottlingException';
  return new AwsError(code, 'Rate exceeded');
}
