import { expect, it } from 'vitest';
import { eventBridgeClient } from '../../../relay/send/event-bridge-client.ts';

it('a client of EventBridge tries a request once, in limited time, by connections that stay and by the given proxy', async () => {
  const environment = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'internal' };
  const client = eventBridgeClient(environment);
  expect(await client.config.maxAttempts()).toBe(1);
  const handler = client.config.requestHandler as unknown as { configProvider: Promise<object> };
  expect(await handler.configProvider).toMatchObject({
    ...{ connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    httpsAgent: { options: { keepAlive: true, maxSockets: 50, proxyEnv: environment } },
  });
  client.destroy();
});
