import { z } from 'zod';
import { healthCheck, httpPool, logging, port, requestPool, union } from './common.ts';
import { listenerFaults, portFaults } from './listener-rules.ts';
import { must, rule } from './rule.ts';
import { backendDefaults, listenerTls } from './tls.ts';

const protocol = z.enum(['http', 'http2', 'grpc']);

const listener = z
  .strictObject({
    connectionPool: union({ grpc: requestPool, http: httpPool, http2: requestPool }).optional(),
    healthCheck: healthCheck(protocol).optional(),
    portMapping: z.strictObject({ port, protocol }),
    tls: listenerTls.optional(),
  })
  .check(rule(listenerFaults));

export const virtualGatewaySpec = z
  .strictObject({
    backendDefaults: backendDefaults.optional(),
    listeners: z.array(listener),
    logging: logging.optional(),
  })
  .check(
    rule(({ listeners }) => [
      ...must(listeners.length > 0, ['listeners'], 'a virtual gateway needs a listener'),
      ...portFaults(listeners),
    ]),
  );
