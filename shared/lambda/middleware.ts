import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ForgedEventError } from '../model/errors.ts';
import type { Change } from '../model/journey.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { DeadLetters, Failure, Handling } from './batch-handling.ts';
import type { System } from './compose/queue-function.ts';
import { handleFifoBatch } from './fifo-batch.ts';
import { objectOf } from './parse-event.ts';
import { type ReceivedMessage, receivedMessage } from './received-message.ts';
import { idsOf, lambdaTelemetry } from './telemetry/lambda-telemetry.ts';
import { createMetrics } from './telemetry/metrics.ts';

export interface QueueFunction<Event, Dependencies> {
  readonly compose: (env: Readonly<Record<string, string | undefined>>) => System<Dependencies>;
  readonly handling: (deps: Dependencies) => Handling<Event>;
  /** Gives the dependencies their telemetry. */
  readonly instrument?: (deps: Dependencies, telemetry: Telemetry) => Dependencies;
}

/** After an exception from this file, which only a bug causes: retry soon, with growing delay. */
const maxRetrySeconds = 8;

/** A function fed by a FIFO queue: logging and metrics as middleware, then each message is parsed and handled. */
export function queueFunction<Event, Dependencies>({
  compose,
  handling,
  instrument = (deps) => deps,
}: QueueFunction<Event, Dependencies>) {
  const logger = new Logger();
  const metrics = createMetrics();
  const telemetry = lambdaTelemetry(metrics);
  const { count } = telemetry;
  const { deps, queue, deadLetters } = compose(process.env);
  const handled = handling(instrument(deps, telemetry));
  const notes: DeadLetters = {
    note: async ({ id, body }, reason) => {
      const object = objectOf(body);
      if (object !== undefined) await deadLetters.note({ ...object, messageId: id, reason });
    },
  };

  const onReceived = ({ id, group, receipts }: ReceivedMessage, change: Change | undefined) =>
    telemetry.log('message received', { ...idsOf(change), messageId: id, group, receiveCount: receipts });

  const onFailure = ({ record, error, deadLetters, change }: Failure) => {
    const { correlationId } = objectOf(record.body) ?? {};
    const fields = {
      ...(change ? idsOf(change) : { correlationId }),
      messageId: record.messageId,
      group: record.attributes.MessageGroupId,
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: error as Error,
    };
    if (deadLetters) logger.error('message moved to the dead-letter queue', fields);
    else logger.warn('message will be retried', fields);
    count(deadLetters ? 'MessagesDeadLettered' : 'MessageRetried');
    if (deadLetters && error instanceof ForgedEventError) count('ForgedEvents');
  };

  const handler = middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(logMetrics(metrics))
    .handler(async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      return handleFifoBatch(event.Records, {
        queue,
        notes,
        handling: handled,
        clock: { now: () => Date.now(), sleep },
        remainingTimeMs: () => context.getRemainingTimeInMillis(),
        onFailure,
        onReceived,
        onMisrouted: (messages) => count('MisroutedMessages', messages),
      });
    });

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    try {
      return await handler(event, context);
    } catch (error) {
      await queue
        .hide(...soon(event))
        .catch((failure: unknown) => logger.warn('messages stay hidden', failure as Error));
      throw error;
    }
  };
}

function soon({ Records }: SQSEvent) {
  const messages = Records.map(receivedMessage);
  const receipts = Math.max(1, ...messages.map((message) => message.receipts));
  return [messages, Math.min(2 ** (receipts - 1), maxRetrySeconds)] as const;
}
