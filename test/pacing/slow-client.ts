import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import type { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';

/** How long a call takes, there and back. */
const cloudMapMs = 30;

/** A client in process whose calls take time. */
export function slowClient(cloudMap: CloudMap, clock: VirtualClock): ServiceDiscoveryClient {
  const client = new ServiceDiscoveryClient(inProcessClientOptions(cloudMap));
  client.middlewareStack.add(
    (next) => async (args) => {
      await clock.sleep(cloudMapMs / 2);
      try {
        return await next(args);
      } finally {
        await clock.sleep(cloudMapMs / 2);
      }
    },
    { name: 'takeTime', step: 'deserialize', priority: 'high' },
  );
  return client;
}
