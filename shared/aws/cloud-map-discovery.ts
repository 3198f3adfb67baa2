import { DiscoverInstancesCommand, type ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { callAws } from './errors.ts';

/** The most that DiscoverInstances answers; there is no paging. */
const mostResults = 1000;

/** What those who discover see: AWS Cloud Map's data plane, which follows its control plane a little later. */
export class CloudMapDiscovery {
  private readonly client: ServiceDiscoveryClient;

  constructor(client: ServiceDiscoveryClient) {
    this.client = client;
  }

  async discover(
    namespaceName: string,
    serviceName: string,
    query: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, { health?: string | undefined }>> {
    const { Instances = [] } = await callAws(`DiscoverInstances of ${namespaceName}/${serviceName}`, () =>
      this.client.send(
        new DiscoverInstancesCommand({
          NamespaceName: namespaceName,
          ServiceName: serviceName,
          QueryParameters: { ...query },
          HealthStatus: 'ALL',
          MaxResults: mostResults,
        }),
      ),
    );
    return new Map(
      Instances.map(({ InstanceId = '', HealthStatus }) => [
        InstanceId,
        { ...(HealthStatus && HealthStatus !== 'UNKNOWN' && { health: HealthStatus }) },
      ]),
    );
  }
}
