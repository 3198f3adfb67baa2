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
import { backendDefaults, clientPolicy, listenerTls } from './tls.ts';

const protocol = z.enum(['http', 'tcp', 'http2', 'grpc']);
export const portMapping = z.strictObject({ port, protocol });

const listener = z.strictObject({
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
});

const attribute = z.strictObject({
  key: text(1, 255).regex(/^[a-zA-Z0-9!-~]+$/),
  value: text(1, 1024).regex(/^([a-zA-Z0-9!-~][ \ta-zA-Z0-9!-~]*){0,1}[a-zA-Z0-9!-~]{0,1}$/),
});
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

export const virtualNodeSpec = z.strictObject({
  backendDefaults: backendDefaults.optional(),
  backends: z.array(backend).optional(),
  listeners: z.array(listener).optional(),
  logging: logging.optional(),
  serviceDiscovery: serviceDiscovery.optional(),
});
