import { z } from 'zod';
import type { Faults } from './faults.ts';
import { AwsError, type AwsService, type RequestHead } from './protocol.ts';
import { restError, restReply } from './rest-service.ts';

const path = '/embedded/faults';

const fault = z.strictObject({
  service: z.string(),
  operation: z.string().optional(),
  times: z.union([z.int().positive(), z.literal('always')]).default(1),
  after: z.int().nonnegative().optional(),
  delayMs: z.int().nonnegative().optional(),
  error: z
    .strictObject({ code: z.string(), message: z.string().optional(), status: z.int().optional() })
    .optional(),
  crashAfterMs: z.int().nonnegative().optional(),
  loseResponse: z.boolean().optional(),
});

/** Not of AWS: sets faults by hand. `POST /embedded/faults` adds one, in JSON; `DELETE`, with or without `?service=…`, removes some. */
export function embeddedService(faults: Faults): AwsService {
  return {
    name: 'embedded',
    accepts: ({ url }) => url.pathname === path,
    operationOf: ({ method }: RequestHead) => ({ POST: 'AddFault', DELETE: 'ResetFaults' })[method],
    async handle(operation, { body, url }) {
      if (operation === 'ResetFaults') faults.reset(url.searchParams.get('service') ?? undefined);
      else faults.add(faultIn(body.toString('utf8')));
      return restReply(200, {});
    },
    fail: restError,
  };
}

function faultIn(text: string): Parameters<Faults['add']>[0] {
  const { times, ...others } = parsed(text);
  return { ...others, times: times === 'always' ? Number.POSITIVE_INFINITY : times };
}

function parsed(text: string): z.output<typeof fault> {
  try {
    return fault.parse(JSON.parse(text));
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new AwsError('ValidationException', `not a fault: ${message}`);
  }
}
