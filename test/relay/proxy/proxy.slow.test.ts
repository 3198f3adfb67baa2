import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleRelay, nodeEnvironment, nodeFlags } from '../../../relay/build.ts';
import { BusServer } from '../bus-server.ts';
import { FakeApiServer } from '../fake-api-server.ts';
import { eventually } from '../harness.ts';
import { pod } from '../objects.ts';
import { InspectingProxy } from './inspecting-proxy.ts';

let bundle = '';
beforeAll(async () => {
  bundle = await bundleRelay();
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A relay that would send to AWS itself, with a proxy in between that answers for AWS. */
async function behindProxy(
  environment: (proxy: InspectingProxy, bus: string, ca: string) => Record<string, string>,
) {
  const [api, bus] = [new FakeApiServer(), new BusServer()];
  const [server, endpoint] = [await api.start(), await bus.start()];
  const proxy = await InspectingProxy.start(endpoint);
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  const ca = join(folder, 'ca.crt');
  writeFileSync(ca, proxy.ca);
  api.put('pods', pod('shop', 'first'));
  const args = [
    ...nodeFlags,
    bundle,
    '--cluster',
    'prod',
    '--event-bus',
    'test',
    '--kubernetes-server',
    server,
    '--port',
    '0',
  ];
  const base = { PATH: process.env.PATH, ...nodeEnvironment, AWS_REGION: 'us-west-2' };
  const child = spawn(process.execPath, args, { env: { ...base, ...environment(proxy, endpoint, ca) } });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  cleanups.push(
    () => Promise.all([api.stop(), bus.stop(), proxy.stop()]),
    () => rmSync(folder, { recursive: true }),
    () => child.kill('SIGKILL'),
  );
  return { proxy, bus, api, output: () => output };
}

const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const sentOne = (bus: BusServer) =>
  eventually(() => expect(bus.details.filter(({ type }) => type === 'Pod Changed')).toHaveLength(1));

describe('a relay behind a proxy that inspects TLS', () => {
  it('the relay sends events through the proxy of HTTPS_PROXY with the CA of NODE_EXTRA_CA_CERTS', async () => {
    const { proxy, bus, api } = await behindProxy(({ url }, _, ca) => ({
      ...{ ...keys, HTTPS_PROXY: url, HTTP_PROXY: url, NODE_EXTRA_CA_CERTS: ca },
    }));
    await sentOne(bus);
    expect(new Set(proxy.requests)).toEqual(new Set(['events.us-west-2.amazonaws.com:443']));
    expect(api.requests.length).toBeGreaterThan(0);
  });

  it('the API server is not asked through the proxy, even if Node itself is to use proxies', async () => {
    const { proxy, bus } = await behindProxy(({ url }, _, ca) => ({
      ...{ ...keys, HTTPS_PROXY: url, HTTP_PROXY: url, NODE_EXTRA_CA_CERTS: ca, NODE_USE_ENV_PROXY: '1' },
    }));
    await sentOne(bus);
    expect(proxy.requests.filter((url) => url.includes('127.0.0.1'))).toEqual([]);
  });

  it('a role for the service account is assumed through the proxy, too', async () => {
    const { proxy, bus } = await behindProxy(({ url }, _, ca) => ({
      ...{ HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: ca, AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/relay' },
      AWS_WEB_IDENTITY_TOKEN_FILE: import.meta.filename,
    }));
    await sentOne(bus);
    expect(new Set(proxy.requests)).toEqual(
      new Set(['sts.us-west-2.amazonaws.com:443', 'events.us-west-2.amazonaws.com:443']),
    );
    expect(bus.authorizations.join()).toContain('Credential=from-server/');
  });

  it('the agent of EKS Pod Identity is asked directly', async () => {
    const { proxy, bus } = await behindProxy(({ url }, endpoint, ca) => ({
      ...{ HTTPS_PROXY: url, HTTP_PROXY: url, NODE_EXTRA_CA_CERTS: ca },
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}/credentials`,
    }));
    await sentOne(bus);
    expect(new Set(proxy.requests)).toEqual(new Set(['events.us-west-2.amazonaws.com:443']));
    expect(bus.authorizations.join()).toContain('Credential=from-server/');
  });

  it('without the CA the relay sends nothing and says why', async () => {
    const { bus, output } = await behindProxy(({ url }) => ({ ...keys, HTTPS_PROXY: url }));
    await eventually(() => expect(output()).toMatch(/cannot describe event bus.*(certificate|issuer)/));
    expect(bus.details).toEqual([]);
  });

  it('a host of NO_PROXY is reached directly', async () => {
    const { proxy, bus } = await behindProxy(({ url }, endpoint) => ({
      ...{ ...keys, HTTP_PROXY: url, NO_PROXY: '127.0.0.1', AWS_ENDPOINT_URL: endpoint },
    }));
    await sentOne(bus);
    expect(proxy.requests).toEqual([]);
  });
});
