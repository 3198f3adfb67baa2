/** A request as a mesh sees it, before any rewrite. A gRPC call is a POST to `/<service>/<method>`. */
export interface Request {
  readonly protocol: 'http' | 'http2' | 'grpc' | 'tcp';
  readonly scheme: 'http' | 'https';
  readonly method: string;
  /** Without a port. */
  readonly host: string;
  /** Whether the Host header names the port, too. */
  readonly namesPort?: boolean;
  /** With the query. */
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The port that the client connects to. */
  readonly port: number;
}

/** Where a request goes; undefined if nothing takes it, which a client sees as 404 or as a closed connection. */
export type Choice =
  | {
      readonly destinations: readonly Destination[];
      /** The path and the host that arrive. */
      readonly path: string;
      readonly host: string;
    }
  | undefined;

export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Of all requests, between 0 and 1; a destination that gets none is left out. */
  readonly share: number;
}

/** An object of Kubernetes, as its manifest says it. */
export interface Manifest<Spec = unknown> {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Spec;
}

/** The Host header. */
export function authorityOf({ host, port, namesPort }: Request): string {
  return namesPort ? `${host}:${port}` : host;
}

/** The path without the query. */
export function pathOf({ path }: Pick<Request, 'path'>): string {
  return path.split('?', 1)[0] ?? path;
}

export function withPath(request: Request, path: string): Request {
  return { ...request, path: path + request.path.slice(pathOf(request).length) };
}

/** The value of a query parameter as it is written, '' for one without a value; of several, the first. */
export function queryParameter(request: Request, name: string): string | undefined {
  const query = request.path.slice(pathOf(request).length + 1);
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('='));
  const found = pairs.find(([key]) => key === name);
  return found?.slice(1).join('=');
}

/** Each distinct destination once, with its share of the weights. */
export function shares(
  weighted: readonly { readonly host: string; readonly port: number; readonly weight: number }[],
): readonly Destination[] {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const sums = new Map<string, Destination>();
  for (const { host, port, weight } of weighted) {
    const key = `${host}:${port}`;
    const share = (sums.get(key)?.share ?? 0) + (total === 0 ? 0 : weight / total);
    if (weight > 0) sums.set(key, { host, port, share });
  }
  return [...sums.values()].sort((a, b) => (`${a.host}:${a.port}` < `${b.host}:${b.port}` ? -1 : 1));
}

/** RE2 matches the whole text. The tests use only what RE2 and JavaScript understand alike. */
export function matchesWhole(regex: string, text: string): boolean {
  return new RegExp(`^(?:${regex})$`, 's').test(text);
}
