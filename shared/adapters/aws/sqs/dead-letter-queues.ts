import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetterQueues } from '../../../ports/report-ports.ts';
import { callAws } from '../errors.ts';

/** By SQS's own counts, which are approximate for about a minute. */
export class DeadLetterQueueCounts implements DeadLetterQueues {
  private readonly client: SQSClient;
  private readonly urls: readonly string[];

  constructor(client: SQSClient, urls: readonly string[]) {
    this.client = client;
    this.urls = urls;
  }

  counts() {
    return Promise.all(
      this.urls.map(async (url) => ({
        queue: url.slice(url.lastIndexOf('/') + 1),
        messages: await this.countOf(url),
      })),
    );
  }

  /** With those that somebody is reading at the moment. */
  private async countOf(QueueUrl: string): Promise<number> {
    const command = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    const { Attributes = {} } = await callAws('GetQueueAttributes', () => this.client.send(command));
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }
}
