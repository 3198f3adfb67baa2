import type { ServerResponse } from 'node:http';
import type { AnyObject } from './fake-api-history.ts';

const builtIn = new Set(['pods', 'nodes', 'namespaces']);

/** As an API server answers: the App Mesh group is there as long as one of its kinds is. */
export function discover(path: string, served: ReadonlySet<string>): object | undefined {
  const names = [...served].filter((plural) => !builtIn.has(plural));
  const group = { name: 'appmesh.k8s.aws', versions: [{ version: 'v1beta2' }] };
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      groups: [{ name: 'apps', versions: [{ version: 'v1' }] }, ...(names.length > 0 ? [group] : [])],
    };
  if (path !== '/apis/appmesh.k8s.aws/v1beta2' || names.length === 0) return undefined;
  const resources = names.flatMap((name) => [{ name }, { name: `${name}/status` }]);
  return { kind: 'APIResourceList', resources };
}

/** Lists of built-in kinds leave out what each item is. */
export function unnamed({ apiVersion, kind, ...item }: AnyObject): object {
  return apiVersion === 'v1' ? item : { apiVersion, kind, ...item };
}

export function status(code: number, message = 'made to fail'): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message };
}

export function refuse(response: ServerResponse, code: number, message?: string, headers = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(status(code, message)));
}
