import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { Discovery } from '../../ports/explain-ports.ts';
import { type DiscoveredService, discoverAll } from './discover.ts';

/** What discovering clients see: AWS Cloud Map's data plane, which follows its control plane with a short delay. */
export class CloudMapDiscovery implements Discovery {
  private readonly client: ServiceDiscoveryClient;

  constructor(client: ServiceDiscoveryClient) {
    this.client = client;
  }

  async discover(
    service: DiscoveredService,
    query: Readonly<Record<string, string>>,
  ): Promise<ReadonlyMap<string, { health?: string | undefined }>> {
    const instances = await discoverAll(this.client, service, query);
    return new Map(
      instances.map(({ InstanceId = '', HealthStatus }) => [
        InstanceId,
        { ...(HealthStatus && HealthStatus !== 'UNKNOWN' && { health: HealthStatus }) },
      ]),
    );
  }
}
