import type { AppMesh } from './app-mesh/app-mesh.ts';
import { bindingOf, isAppMeshPath } from './app-mesh/bindings.ts';
import { handleRestJson } from './app-mesh/rest-json.ts';
import type { AwsService } from './protocol.ts';
import { restError } from './rest-service.ts';

/** The embedded App Mesh as a service of the gateway. */
export function appMeshService(appMesh: AppMesh): AwsService {
  return {
    name: 'appmesh',
    accepts: ({ url }) => isAppMeshPath(url.pathname),
    operationOf: ({ method, url }) => bindingOf(method, url.pathname)?.binding.operation,
    handle: (_operation, { method, url, body }) =>
      handleRestJson(appMesh, {
        method,
        pathname: url.pathname,
        query: url.searchParams,
        body: body.toString('utf8'),
      }),
    fail: restError,
  };
}
