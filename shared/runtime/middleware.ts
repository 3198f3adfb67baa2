import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { ForgedEventError } from '../model/errors.ts';
import { handleFifoBatch, type PutAsideNotes } from './fifo-batch.ts';
import { objectOf, parseEvent } from './parse-event.ts';
import type { System } from './wire.ts';

/** Of the queues' redrive policies in serverless.yml. */
const maxReceiveCount = 10;

export interface QueueFunction<Event, World> {
  readonly wire: (env: Readonly<Record<string, string | undefined>>) => System<World>;
  readonly schema: z.ZodType<Event>;
  readonly handle: (world: World, event: Event) => Promise<void>;
  /** Of which groups the messages ask for the same, and what they ask for together. */
  readonly together?: {
    readonly isOf: (group: string) => boolean;
    readonly merge: (events: readonly Event[]) => Event;
    /** After a failure. */
    readonly longestDelaySeconds: number;
  };
}

/** A function fed by a FIFO queue: logging and metrics as middleware, then each message parsed and handled. */
export function queueFunction<Event, World>({ wire, schema, handle, together }: QueueFunction<Event, World>) {
  const logger = new Logger();
  const metrics = new Metrics({ namespace: 'eks-mesh-sync' });
  const { world, queue, putAside } = wire(process.env);
  const notes: PutAsideNotes = {
    note: async ({ id, body }, reason) => {
      const object = objectOf(body);
      if (object !== undefined) await putAside.note({ ...object, messageId: id, reason });
    },
  };

  const onFailure = ({
    record,
    error,
    putAside,
  }: {
    record: SQSRecord;
    error: unknown;
    putAside: boolean;
  }) => {
    const fields = {
      messageId: record.messageId,
      group: record.attributes.MessageGroupId,
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: error as Error,
    };
    if (putAside) logger.error('put a message aside, into the dead-letter queue', fields);
    else logger.warn('a message has to come again', fields);
    metrics.addMetric(putAside ? 'MessagePutAside' : 'MessageRetried', MetricUnit.Count, 1);
    if (putAside && error instanceof ForgedEventError) metrics.addMetric('ForgedEvents', MetricUnit.Count, 1);
  };

  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(logMetrics(metrics))
    .handler(async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      const response = await handleFifoBatch(event.Records, {
        queue,
        notes,
        maxReceiveCount,
        remainingTimeMs: () => context.getRemainingTimeInMillis(),
        onFailure,
        handle: (body) => handle(world, parseEvent(schema, body)),
        together: together && {
          isOf: together.isOf,
          longestDelaySeconds: together.longestDelaySeconds,
          handle: (bodies) => handle(world, together.merge(bodies.map((body) => parseEvent(schema, body)))),
        },
      });
      const handled = event.Records.length - response.batchItemFailures.length;
      metrics.addMetric('MessageHandled', MetricUnit.Count, handled);
      return response;
    });
}
