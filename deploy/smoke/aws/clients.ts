import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SQSClient } from '@aws-sdk/client-sqs';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { ClusterConfig } from '../../../shared/model/cluster-config.ts';
import type { SmokeOptions } from '../options.ts';
import { namingDenials } from './denied.ts';

export interface Clients {
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  /** Of the account and Region that the cluster registers into. */
  readonly cloudMap: ServiceDiscoveryClient;
}

export function clientsOf(
  { region, endpoint }: SmokeOptions,
  { cloudMap }: Pick<ClusterConfig, 'cloudMap'>,
): Clients {
  const options = { region, ...(endpoint && { endpoint }) };
  const params = { RoleArn: cloudMap.roleArn, RoleSessionName: 'eks-mesh-sync-smoke' };
  return {
    events: namingDenials(new EventBridgeClient(options), 'events'),
    // A sweep of a large cluster takes minutes; a repeated invocation would be a second sweep.
    lambda: namingDenials(new LambdaClient({ ...options, maxAttempts: 1 }), 'lambda'),
    sqs: namingDenials(new SQSClient(options), 'sqs'),
    cloudMap: namingDenials(
      new ServiceDiscoveryClient({
        ...options,
        // DiscoverInstances has a host of its own, which an emulator has not.
        disableHostPrefix: endpoint !== undefined,
        ...(cloudMap.region && { region: cloudMap.region }),
        ...(cloudMap.roleArn && { credentials: fromTemporaryCredentials({ params }) }),
      }),
      'servicediscovery',
    ),
  };
}
