import { LostAnswerError } from '../engine/lost-answer.ts';
import { AwsError } from '../protocol.ts';
import { badRequest, throttled } from './errors.ts';
import type { OperationName } from './resources/kinds.ts';

/**
 * What happens to a call instead of a response:
 * - `throttle`: 429, nothing applied.
 * - `error`: 500, nothing applied.
 * - `unavailable`: 503, nothing applied.
 * - `refuse`: 400, nothing applied; a retry of the same call is refused, too, for as long as the test says so.
 * - `lost-before`: no response, nothing applied.
 * - `lost-after`: applied, but the response is lost.
 */
export type CallFault = 'throttle' | 'error' | 'unavailable' | 'refuse' | 'lost-before' | 'lost-after';

/** The error of a fault before the call takes effect; undefined if the call continues. */
export function faultBefore(operation: OperationName, fault: CallFault | undefined): Error | undefined {
  switch (fault) {
    case 'throttle':
      return throttled();
    case 'error':
      return new AwsError('InternalServerErrorException', 'The service failed', { status: 500 });
    case 'unavailable':
      return new AwsError('ServiceUnavailableException', 'The service is unavailable', { status: 503 });
    case 'refuse':
      return badRequest(`${operation} is refused`);
    case 'lost-before':
      return new LostAnswerError(operation, false);
    default:
      return undefined;
  }
}
