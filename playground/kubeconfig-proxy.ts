import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from './usage-error.ts';

/** A proxy to a real cluster's API server, for the relay. */
export interface KubeconfigProxy {
  readonly url: string;
  /** The bearer token that every request must have. */
  readonly token: string;
  /** The URL of the cluster's API server, for messages. */
  readonly server: string;
  close(): Promise<void>;
}

/**
 * Gives a client that supports only a URL and a token access to the cluster of a kubeconfig's current context, however
 * its user authenticates: certificates, tokens, exec plugins. It forwards only GET requests, and only with the token,
 * because any user of this machine can reach the port.
 */
export async function startKubeconfigProxy(path: string): Promise<KubeconfigProxy> {
  const config = await loadConfig(path);
  const server = config.getCurrentCluster()?.server ?? '';
  const token = randomBytes(32).toString('base64url');
  const proxy = http.createServer((request, response) => {
    const refusal = refusalOf(request, token);
    if (refusal !== undefined) return void response.writeHead(refusal).end();
    forward(config, server, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    token,
    server,
    async close() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** The library is imported only here: it is too large to load for the embedded cluster. */
async function loadConfig(path: string): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (error) {
    throw new UsageError(`cannot read --kubeconfig ${path}: ${String(error)}`);
  }
  if (!config.getCurrentCluster()?.server || !config.getCurrentUser())
    throw new UsageError(
      `--kubeconfig ${path}: cluster or user of current context ${JSON.stringify(config.getCurrentContext())} not found in the file; select another with kubectl config use-context`,
    );
  // The library rejects a plain HTTP server unless skipTLSVerify is set; there is no TLS to verify.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

function refusalOf({ method, headers }: http.IncomingMessage, token: string): number | undefined {
  if (headers.authorization !== `Bearer ${token}`) return 401;
  return method === 'GET' ? undefined : 405;
}

async function forward(
  config: KubeConfig,
  server: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { authorization: _, host: __, connection: ___, ...headers } = request.headers;
  const options: https.RequestOptions = { method: 'GET', headers };
  await config.applyToHTTPSOptions(options);
  const target = new URL(server.replace(/\/$/, '') + request.url);
  await new Promise<void>((resolve, reject) => {
    const { request: send } = target.protocol === 'https:' ? https : http;
    const upstream = send(target, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', reject).on('end', resolve).pipe(response);
    });
    upstream.on('error', reject).end();
    response.on('close', () => upstream.destroy());
  });
}
