import { Resolver } from 'node:dns/promises';
import { type IncomingMessage, request as send } from 'node:http';
import { isIP } from 'node:net';
import { proxiedUrl, type Rule, ruleFor } from '../plan/rules.ts';
import type { ApplicationConfig, Endpoint } from './protocol.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** By the rule for the path; without rules, what was received. */
export async function answerTo(
  request: IncomingMessage,
  endpoint: Endpoint,
  config: ApplicationConfig,
): Promise<Answer> {
  const { url = '/' } = request;
  if (endpoint.rules === undefined) return echo(request, endpoint, config);
  const rule = ruleFor(endpoint.rules, pathOf(url));
  if (rule === undefined) return text(404, `no location of ${config.pod} has ${url}\n`);
  if ('status' in rule) return { ...rule, body: filled(rule.body, request, config) };
  try {
    return await passOn(rule, request, config);
  } catch (error) {
    return text(502, `${config.pod}: ${String(error)}\n`);
  }
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain', body };
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

/** What arrived here, as JSON. */
function echo(request: IncomingMessage, { container, port }: Endpoint, { pod }: ApplicationConfig): Answer {
  const { method, url: path, headers } = request;
  const body = `${JSON.stringify({ pod, container, port, method, path, headers })}\n`;
  return { status: 200, type: 'application/json', body };
}

/** nginx's variables that are of use in an answer. */
function filled(
  body: string,
  { url = '', method = '' }: IncomingMessage,
  { pod }: ApplicationConfig,
): string {
  const variables: Readonly<Record<string, string>> = {
    hostname: pod,
    request_uri: url,
    uri: pathOf(url),
    request_method: method,
  };
  return body.replaceAll(/\$(\w+)/g, (whole, name: string) => variables[name] ?? whole);
}

/** The connection goes where an intercepted one would go: to the pod's own Envoy, with the host in the request. */
async function passOn(
  rule: Rule & { readonly proxy: string },
  request: IncomingMessage,
  config: ApplicationConfig,
): Promise<Answer> {
  const url = proxiedUrl(rule.proxy, rule, request.url ?? '/');
  const options = {
    host: config.outbound ?? (await resolve(url.hostname, config)),
    port: url.port || 80,
    path: url.pathname + url.search,
    method: request.method,
    headers: { ...forwarded(request), host: url.host },
  };
  return new Promise((answered, reject) => {
    send(options, async (response) => {
      const body = (await response.toArray()).join('');
      const { statusCode: status = 502, headers } = response;
      answered({ status, type: headers['content-type'] ?? 'text/plain', body });
    })
      .on('error', reject)
      .end();
  });
}

/** Without the headers that nginx sets itself for each connection, and those of HTTP/2. */
function forwarded({ headers }: IncomingMessage) {
  const dropped = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !dropped.includes(name) && !name.startsWith(':')),
  );
}

async function resolve(host: string, { dns: { address, port } }: ApplicationConfig): Promise<string> {
  if (isIP(host)) return host;
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`${address}:${port}`]);
  const [first = host] = await resolver.resolve4(host);
  return first;
}
