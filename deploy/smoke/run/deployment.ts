import { DescribeEventBusCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { functionOf, type Smoke, stackOf, step } from '../smoke.ts';

const functions = ['sync-pods', 'reconcile-mesh', 'explain', 'sweep', 'resync'] as const;
const deadLetterQueues = ['pods-dead-letters.fifo', 'undelivered-events'] as const;

/** Checks that the stage is there; returns the number of its dead letters. */
export async function seeDeployment(smoke: Smoke): Promise<number> {
  return step(smoke, `stack ${stackOf(smoke.options)}`, async () => {
    await smoke.clients.events.send(new DescribeEventBusCommand({ Name: smoke.bus.name }));
    for (const name of functions)
      await smoke.clients.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: functionOf(smoke, name) }),
      );
    const letters = await deadLetters(smoke);
    return [`its bus, ${functions.length} functions, ${letters} dead letters`, letters];
  });
}

export async function seeNoNewDeadLetters(smoke: Smoke, before: number): Promise<void> {
  await step(smoke, 'no new dead letters', async () => {
    const now = await deadLetters(smoke);
    if (now > before) throw new Error(`there were ${before}, and there are ${now}`);
    return ['', undefined];
  });
}

async function deadLetters({ clients: { sqs }, options }: Smoke): Promise<number> {
  let count = 0;
  for (const name of deadLetterQueues) {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${stackOf(options)}-${name}` }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    count += Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }
  return count;
}
