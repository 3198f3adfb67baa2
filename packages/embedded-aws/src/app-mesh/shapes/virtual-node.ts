import { z } from 'zod';
import {
  count,
  duration,
  healthCheck,
  httpPool,
  httpTimeout,
  ipPreference,
  logging,
  port,
  requestPool,
  tcpTimeout,
  text,
  union,
} from './common.ts';
import { listenerFaults, portFaults } from './listener-rules.ts';
import { type Fault, must, rule } from './rule.ts';
import { backendDefaults, clientPolicy, listenerTls } from './tls.ts';

const protocol = z.enum(['http', 'tcp', 'http2', 'grpc']);
export const portMapping = z.strictObject({ port, protocol });

const listener = z
  .strictObject({
    connectionPool: union({
      grpc: requestPool,
      http: httpPool,
      http2: requestPool,
      tcp: z.strictObject({ maxConnections: count }),
    }).optional(),
    healthCheck: healthCheck(protocol).optional(),
    outlierDetection: z
      .strictObject({
        baseEjectionDuration: duration,
        interval: duration,
        maxEjectionPercent: z.int().min(0).max(100),
        maxServerErrors: z.int().min(1),
      })
      .optional(),
    portMapping,
    timeout: union({ grpc: httpTimeout, http: httpTimeout, http2: httpTimeout, tcp: tcpTimeout }).optional(),
    tls: listenerTls.optional(),
  })
  .check(rule(listenerFaults));

/** Cloud Map reserves AWS_; App Mesh reportedly rejects it. */
const attribute = z
  .strictObject({
    key: text(1, 255).regex(/^[a-zA-Z0-9!-~]+$/),
    value: text(1, 1024).regex(/^([a-zA-Z0-9!-~][ \ta-zA-Z0-9!-~]*){0,1}[a-zA-Z0-9!-~]{0,1}$/),
  })
  .check(rule(({ key }) => must(!key.startsWith('AWS_'), ['key'], 'must not begin with AWS_')));
const serviceDiscovery = union({
  awsCloudMap: z.strictObject({
    attributes: z.array(attribute).optional(),
    ipPreference,
    namespaceName: text(1, 1024),
    serviceName: text(1, 1024),
  }),
  dns: z.strictObject({
    hostname: z.string(),
    ipPreference,
    responseType: z.enum(['LOADBALANCER', 'ENDPOINTS']).optional(),
  }),
});
const backend = union({
  virtualService: z.strictObject({ clientPolicy: clientPolicy.optional(), virtualServiceName: z.string() }),
});

const spec = z.strictObject({
  backendDefaults: backendDefaults.optional(),
  backends: z.array(backend).optional(),
  listeners: z.array(listener).optional(),
  logging: logging.optional(),
  serviceDiscovery: serviceDiscovery.optional(),
});

export const virtualNodeSpec = spec.check(
  rule((node) => [...portFaults(node.listeners), ...discoveryFaults(node), ...backendFaults(node)]),
);

/** Both directions: one is documented, the other has AWS's text from a bug report. */
function discoveryFaults({ listeners = [], serviceDiscovery }: z.output<typeof spec>): readonly Fault[] {
  const hasListener = listeners.length > 0;
  const at = ['serviceDiscovery'];
  if (serviceDiscovery !== undefined)
    return must(hasListener, at, "Service Discovery can't be set without a listener.");
  return must(!hasListener, at, 'must be set where a listener is');
}

/** AWS once kept one of two backends with the same name, and called that a bug; the rejection is an assumption. */
function backendFaults({ backends = [] }: z.output<typeof spec>): readonly Fault[] {
  const names = backends.map(({ virtualService }) => virtualService?.virtualServiceName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return must(twice === undefined, ['backends'], `virtual service ${twice} stands there twice`);
}
