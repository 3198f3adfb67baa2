import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type * as z from 'zod/mini';
import { parseRequest } from './parse-request.ts';

export interface ReadFunction<Dependencies, Request, Answer> {
  readonly compose: (env: Readonly<Record<string, string | undefined>>) => Dependencies;
  readonly schema: z.ZodMiniType<Request>;
  readonly handle: (deps: Dependencies, request: Request) => Promise<Answer>;
}

/** A read-only function that a person invokes: logging as middleware, strict check of the input. */
export function readFunction<Dependencies, Request, Answer>({
  compose,
  schema,
  handle,
}: ReadFunction<Dependencies, Request, Answer>) {
  const logger = new Logger();
  const deps = compose(process.env);
  return middy<unknown, Answer>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .handler(async (event) => handle(deps, parseRequest(schema, event)));
}
