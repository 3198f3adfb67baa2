import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type * as z from 'zod/mini';
import type { ObjectDependencies } from '../explain/object-dependencies.ts';
import { composeExplain } from './compose/explain.ts';
import { parseRequest } from './parse-request.ts';

export interface ReadFunction<Request, Answer> {
  readonly schema: z.ZodMiniType<Request>;
  readonly handle: (deps: ObjectDependencies, request: Request) => Promise<Answer>;
}

/** A read-only function that a person invokes: logging as middleware, strict check of the input. */
export function readFunction<Request, Answer>({ schema, handle }: ReadFunction<Request, Answer>) {
  const logger = new Logger();
  const deps = composeExplain(process.env);
  return middy<unknown, Answer>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .handler(async (event) => handle(deps, parseRequest(schema, event)));
}
