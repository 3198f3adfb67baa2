import type { ServiceDiscoveryClientConfig } from '@aws-sdk/client-servicediscovery';
import { inProcessOptions } from '../engine/in-process.ts';
import type { CloudMap } from './cloud-map.ts';
import { handleJson11 } from './json11.ts';

/** Options for an SDK client in tests that calls the engine in process. */
export function inProcessClientOptions(engine: CloudMap) {
  return {
    ...inProcessOptions(({ headers, body }) =>
      handleJson11(engine, { target: headers['x-amz-target'], body }),
    ),
    disableHostPrefix: true,
  } satisfies ServiceDiscoveryClientConfig;
}
