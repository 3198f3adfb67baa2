import { defined } from './json.ts';
import type { JsonObject } from './objects.ts';

export interface StatusCause {
  reason: string;
  message: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** An error response of the API; `status()` is the meta/v1 Status for clients. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** The Status' continue token, with which an expired listing can continue inconsistently. */
  readonly continueToken: string | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    continueToken?: string,
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.continueToken = continueToken;
  }

  status(): JsonObject {
    return defined({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueToken === undefined ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      reason: this.reason || undefined,
      details: this.details,
      code: this.code,
    });
  }
}

/** The resource of an error: plural and group, such as `deployments.apps`. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

function resourceText({ group, plural }: ResourceName): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: ResourceName, name: string): StatusDetails {
  return { name, ...(group !== '' && { group }), kind: plural };
}

export function notFound(resource: ResourceName, name: string): ApiError {
  return new ApiError(
    404,
    'NotFound',
    `${resourceText(resource)} "${name}" not found`,
    detailsOf(resource, name),
  );
}

export function pathNotFound(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(resource: ResourceName, name: string): ApiError {
  return new ApiError(
    409,
    'AlreadyExists',
    `${resourceText(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  );
}

export function conflict(resource: ResourceName, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceText(resource)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, detailsOf(resource, name));
}

export const staleObject =
  'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(resource: ResourceName, name: string, why: string): ApiError {
  const text = `${resourceText(resource)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', text, detailsOf(resource, name));
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function methodNotAllowed(): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function unsupportedMediaType(expected: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${expected.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

export function expired(message: string, continueToken?: string): ApiError {
  return new ApiError(410, 'Expired', message, undefined, continueToken);
}

/** One fault of a field, with the texts of apimachinery's field package. */
export interface FieldFault {
  readonly field: string;
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldValueNotFound'
    | 'FieldValueDuplicate'
    | 'FieldValueTypeInvalid'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany';
  readonly message: string;
}

export const required = (field: string, why = ''): FieldFault => ({
  field,
  reason: 'FieldValueRequired',
  message: `Required value${why && `: ${why}`}`,
});

export const invalidValue = (field: string, value: unknown, why: string): FieldFault => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});

export const forbiddenField = (field: string, why: string): FieldFault => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
});

export const notSupported = (field: string, value: unknown, supported: readonly unknown[]): FieldFault => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((item) => JSON.stringify(item)).join(', ')}`,
});

export const duplicate = (field: string, value: unknown): FieldFault => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${JSON.stringify(value)}`,
});

export const tooLong = (field: string, maximum: number): FieldFault => ({
  field,
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${maximum} bytes`,
});

export const tooMany = (field: string, actual: number, maximum: number): FieldFault => ({
  field,
  reason: 'FieldValueTooMany',
  message: `Too many: ${actual}: must have at most ${maximum} items`,
});

/** 422 with a cause for each fault. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  faults: readonly FieldFault[],
): ApiError {
  const lines = faults.map(({ field, message }) => `${field}: ${message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const qualified = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError(422, 'Invalid', `${qualified} "${name}" is invalid: ${text}`, {
    ...(name !== '' && { name }),
    ...(kind.group !== '' && { group: kind.group }),
    kind: kind.kind,
    causes: faults.map(({ field, reason, message }) => ({ reason, message, field })),
  });
}
