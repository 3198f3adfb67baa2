import http from 'node:http';
import https from 'node:https';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * One attempt per request, because the sender retries; timeouts, so that no request waits on a dead connection. Requests to
 * AWS, those for credentials of STS too, go through the proxy that HTTPS_PROXY or HTTP_PROXY names, except to hosts of
 * NO_PROXY. Requests to the API server never do: its client has agents of its own.
 */
export function eventBridgeClient(environment: Environment): EventBridgeClient {
  const agent = { keepAlive: true, maxSockets: 50, proxyEnv: { ...environment } };
  return new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 3000,
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
      httpAgent: new http.Agent(agent),
      httpsAgent: new https.Agent(agent),
    },
  });
}
