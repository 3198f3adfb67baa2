import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpText, parseOptions } from '../../../relay/options.ts';

const required = [
  '--cluster',
  'prod',
  '--event-bus',
  'eks-mesh-sync-prod',
  '--kubernetes-server',
  'http://127.0.0.1:8001',
];

describe('options', () => {
  it('options have defaults', async () => {
    expect(parseOptions(required, {})).toMatchObject({
      cluster: 'prod',
      eventBusName: 'eks-mesh-sync-prod',
      namespaces: undefined,
      kinds: undefined,
      connection: { server: 'http://127.0.0.1:8001', ca: undefined, token: undefined },
      port: 8080,
      pageSize: undefined,
      timing: { confirmMs: 600_000 },
      logLevel: 'info',
    });
  });

  it('options come from flags, then the environment, where an empty string counts as not set', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'relay-test-'));
    writeFileSync(join(folder, 'token'), 'secret');
    writeFileSync(join(folder, 'ca.crt'), 'PEM');
    const options = parseOptions(
      ['--event-bus', 'arn:aws:events:us-west-2:123456789012:event-bus/mine', '--port', '0'],
      {
        CLUSTER_NAME: 'prod',
        EVENT_BUS_NAME: 'other',
        WATCH_NAMESPACES: 'shop, shop-2,shop',
        WATCH_KINDS: 'Pod,VirtualNode',
        KUBERNETES_SERVER: 'https://api.example.com',
        KUBERNETES_CA_FILE: join(folder, 'ca.crt'),
        KUBERNETES_TOKEN_FILE: join(folder, 'token'),
        PAGE_SIZE: '200',
        CONFIRM_SECONDS: '60',
        LOG_LEVEL: '',
      },
    );
    expect(options).toMatchObject({
      cluster: 'prod',
      eventBusName: 'arn:aws:events:us-west-2:123456789012:event-bus/mine',
      namespaces: ['shop', 'shop-2'],
      kinds: ['Pod', 'VirtualNode'],
      connection: { server: 'https://api.example.com', ca: 'PEM' },
      port: 0,
      pageSize: 200,
      timing: { confirmMs: 60_000 },
      logLevel: 'info',
    });
    expect(await options?.connection.token?.({ refresh: false })).toBe('secret');
  });

  it.each([
    [['--clustr', 'prod'], {}, /Unknown option '--clustr'/],
    [['prod'], {}, /Unexpected argument 'prod'/],
    [[], {}, /--cluster \(CLUSTER_NAME\) is missing/],
    [
      ['--cluster', 'prod'],
      {},
      /--event-bus \(EVENT_BUS_NAME\) is missing; expected the name or ARN of the stack's/,
    ],
    [
      [...required, '--cluster', 'two words'],
      {},
      /--cluster \(CLUSTER_NAME\) is "two words"; expected the name of an EKS cluster/,
    ],
    [
      [...required, '--kinds', 'Pod,VirtualNod'],
      {},
      /--kinds \(WATCH_KINDS\) is "VirtualNod"; expected one or more of Pod, Namespace/,
    ],
    [[...required, '--namespaces', 'shop,,'], {}, /--namespaces \(WATCH_NAMESPACES\) is ""/],
    [[...required, '--namespaces', 'Shop'], {}, /is "Shop"; expected namespace names/],
    [
      required,
      { HTTP_PORT: 'eighty' },
      /--port \(HTTP_PORT\) is "eighty"; expected an integer from 0 to 65535/,
    ],
    [[...required, '--page-size', '0'], {}, /--page-size \(PAGE_SIZE\) is "0"; expected an integer from 1/],
    [required, { CONFIRM_SECONDS: '1' }, /\(CONFIRM_SECONDS\) is "1"; expected an integer from 10 to 3600/],
    [required, { LOG_LEVEL: 'loud' }, /--log-level \(LOG_LEVEL\) is "loud"; expected one of debug/],
    [[...required, '--kubernetes-server', 'api:443'], {}, /is "api:443"; expected an http\(s\) URL/],
    [
      ['--cluster', 'prod', '--event-bus', 'bus', '--kubernetes-ca', 'ca.crt'],
      {},
      /--kubernetes-ca .* requires --kubernetes-server .* not set/,
    ],
    [['--cluster', 'prod', '--event-bus', 'bus'], {}, /KUBERNETES_SERVICE_HOST/],
  ])('%j with %j are rejected by name', (args, environment, message) => {
    expect(() => parseOptions(args, environment)).toThrow(message);
  });

  it('options are all in the help', () => {
    expect(parseOptions(['--help'], {})).toBeUndefined();
    for (const name of ['--cluster', 'WATCH_NAMESPACES', '--kubernetes-token', 'AWS_ENDPOINT_URL'])
      expect(helpText()).toContain(name);
  });
});
