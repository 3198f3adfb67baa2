import { AwsError } from '../protocol.ts';

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}

export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message, { status: 409 });
}

export function forbidden(message: string): AwsError {
  return new AwsError('ForbiddenException', message, { status: 403 });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceededException', message);
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, { status: 404 });
}

export function resourceInUse(message: string): AwsError {
  return new AwsError('ResourceInUseException', message, { status: 409 });
}

export function throttled(): AwsError {
  return new AwsError('TooManyRequestsException', 'Too many requests; try again later', { status: 429 });
}
