import type * as z from 'zod/mini';
import { PermanentError } from '../model/errors.ts';
import { describeFaults } from '../model/faults.ts';

/** What a person or a schedule gives a function. A PermanentError says which field is wrong and what was expected. */
export function parseRequest<Request>(schema: z.ZodMiniType<Request>, event: unknown): Request {
  const result = schema.safeParse(event ?? {});
  if (!result.success) throw new PermanentError(`the request is not valid:\n${describeFaults(result.error)}`);
  return result.data;
}
