import type { ObjectName } from '../../../model/records/mesh-claim.ts';
import { comparedValues } from './repeated-headers.ts';

/** A request as a client sends it. A gRPC call is a POST to `/<service>/<method>`. */
export interface MeshRequest {
  /** Whose pod sends it; or the gateway that it arrives at. */
  readonly from: ObjectName & { readonly kind: 'VirtualNode' | 'VirtualGateway' };
  /** The Host header, with a port if the client writes one. */
  readonly host: string;
  /** That the client connects to. */
  readonly port: number;
  readonly scheme: 'http' | 'https';
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** By name in lower case; a list of those that the client sends repeatedly. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** The host without its port, as host names are compared. */
export function hostNameOf({ host }: Pick<MeshRequest, 'host'>): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

/** The port that the Host header names. */
export function hostPortOf({ host }: Pick<MeshRequest, 'host'>): number | undefined {
  const [, port] = /:(\d+)$/.exec(host) ?? [];
  return port === undefined ? undefined : Number(port);
}

/** The path without the query. */
export function pathOf({ path }: Pick<MeshRequest, 'path'>): string {
  return path.split('?', 1)[0] ?? path;
}

export function withPath(request: MeshRequest, path: string): MeshRequest {
  return { ...request, path: path + request.path.slice(pathOf(request).length) };
}

/**
 * As App Mesh's proxies had it before they compared: the path plain, header values without spaces around them, and the
 * scheme that `x-forwarded-proto` says, which a proxy adds if it is absent.
 */
export function normalized(request: MeshRequest): MeshRequest {
  const given = Object.entries(request.headers).map(([name, values]) => [name, comparedValues(name, values)]);
  const headers = { 'x-forwarded-proto': [request.scheme], ...Object.fromEntries(given) };
  const [scheme = request.scheme] = schemes.filter((each) => each === headers[forwarded][0]?.toLowerCase());
  return withPlainPath({ ...request, headers, scheme });
}

const forwarded = 'x-forwarded-proto';
const schemes = ['http', 'https'] as const;

/** The path without dot segments (with parameters, too: `..;v=1`), repeated slashes, and escapes that need none. */
export function withPlainPath(request: MeshRequest): MeshRequest {
  return withPath(request, plainPath(pathOf(request)));
}

/** Of a path without a query. */
export function plainPath(path: string): string {
  const plain = path
    .replaceAll(/(?<=\/)(\.{1,2});[^/]*/g, '$1')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (text, hex) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      return /[\w.~-]/.test(character) ? character : text;
    });
  const { pathname } = new URL(`http://host${plain}`);
  return pathname.replaceAll(/\/{2,}/g, '/').replaceAll('|', '%7C');
}

/** The value of a query parameter as it is written, '' for one without a value; of several, the first. */
export function queryParameterOf(request: MeshRequest, name: string): string | undefined {
  const query = request.path.slice(pathOf(request).length + 1);
  for (const pair of query.split('&')) {
    const [key = '', ...value] = pair.split('=');
    if (query !== '' && key === name) return value.join('=');
  }
  return undefined;
}

/** The values of a header, or of one of HTTP/2's, such as `:authority`; none if it is absent. */
export function headerValuesOf(request: MeshRequest, name: string): readonly string[] {
  const key = name.toLowerCase();
  const own: Readonly<Record<string, string>> = {
    ...{ ':method': request.method, ':scheme': request.scheme, ':path': request.path },
    ...{ ':authority': request.host, host: request.host },
  };
  const all = Object.hasOwn(own, key) ? own : request.headers;
  return Object.hasOwn(all, key) ? [all[key] ?? []].flat() : [];
}
