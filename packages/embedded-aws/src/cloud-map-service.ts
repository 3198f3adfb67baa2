import type { CloudMap } from './cloud-map/cloud-map.ts';
import { handleJson11, targetPrefix } from './cloud-map/json11.ts';
import { targetOf } from './json-service.ts';
import type { AwsService } from './protocol.ts';

/** The embedded Cloud Map as a service of the gateway; it accepts DiscoverInstances under any host name. */
export function cloudMapService(cloudMap: CloudMap): AwsService {
  return {
    name: 'servicediscovery',
    accepts: ({ headers }) => targetOf(headers)?.prefix === targetPrefix,
    operationOf: ({ headers }) => targetOf(headers)?.operation,
    handle: (operation, { body }) =>
      handleJson11(cloudMap, { target: `${targetPrefix}.${operation}`, body: body.toString('utf8') }),
    fail: ({ status, code, message, members }) => ({
      status,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ ...members, __type: code, Message: message }),
    }),
  };
}
