import { AwsError } from '../protocol.ts';
import type { OperationName } from './shapes.ts';

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

/** In the model the Discover operations have their own error; all others have the common one of AWS services. */
export function throttled(operation: OperationName): AwsError {
  const code = operation.startsWith('Discover') ? 'RequestLimitExceeded' : 'ThrottlingException';
  return new AwsError(code, 'Rate exceeded');
}
