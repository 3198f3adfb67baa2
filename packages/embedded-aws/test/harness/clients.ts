import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const clientRegion = 'us-west-2';

export function sqsClient(endpoint: string): SQSClient {
  return new SQSClient({ endpoint, region: clientRegion, credentials, maxAttempts: 1 });
}

export function eventBridgeClient(endpoint: string): EventBridgeClient {
  return new EventBridgeClient({ endpoint, region: clientRegion, credentials, maxAttempts: 1 });
}
