import type * as z from 'zod/mini';
import { PermanentError } from '../model/errors.ts';
import { describeFaults } from '../model/faults.ts';

/** Parses the input from a person or a schedule. A PermanentError names the wrong field and what was expected. */
export function parseRequest<Request>(schema: z.ZodMiniType<Request>, event: unknown): Request {
  const result = schema.safeParse(event ?? {});
  if (!result.success) throw new PermanentError(`the request is not valid:\n${describeFaults(result.error)}`);
  return result.data;
}
