import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { bundleRelay } from '../../relay/build.ts';
import { BusServer } from '../relay/bus-server.ts';
import { helmIsMissing, type Manifest, render } from '../relay/chart/helm.ts';
import { matrix, required } from '../relay/chart/helm-values.ts';
import { podMonitors } from '../relay/chart/pod-monitors.ts';
import { RelayProcess } from '../relay/lease/relay-process.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { eventually, ok, pluralOf } from './client.ts';

/** The program that `npm run test:sidecars` builds. */
const program = process.env.KUBE_APISERVER;

let server: ApiServer;
let bundle = '';
const folder = mkdtempSync(join(tmpdir(), 'relay-token-'));

const pathOf = ({ apiVersion, kind, metadata }: Manifest) => {
  const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  const root = apiVersion.includes('/') ? 'apis' : 'api';
  return `/${root}/${apiVersion}${scope}/${pluralOf(kind)}/${metadata.name}`;
};
const apply = (object: Manifest, options = '') =>
  server.send('PATCH', `${pathOf(object)}?fieldManager=helm&fieldValidation=Strict${options}`, object, {
    'content-type': 'application/apply-patch+yaml',
  });

async function tokenFile(account: string): Promise<string> {
  const path = `/api/v1/namespaces/mesh-system/serviceaccounts/${account}/token`;
  const { status, body } = await server.send('POST', path, { spec: { expirationSeconds: 3600 } });
  expect(status).toBe(201);
  const file = join(folder, account);
  writeFileSync(file, (body as { status: { token: string } }).status.token);
  return file;
}

describe.skipIf(program === undefined || helmIsMissing)('the chart at a real kube-apiserver', () => {
  beforeAll(async () => {
    server = await startApiServer(program ?? '');
    bundle = await bundleRelay();
    for (const name of ['mesh-system', 'shop', 'apps'])
      await ok(server.send('POST', '/api/v1/namespaces', { metadata: { name } }));
    for (const definition of [...meshDefinitions(), podMonitors])
      await ok(
        server.apply(
          `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`,
          definition,
        ),
      );
    await eventually(() => server.send('GET', '/apis/monitoring.coreos.com/v1/podmonitors'));
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(Object.entries(matrix))('the API server accepts each field of %s', async (_, values) => {
    for (const object of render({ ...required, ...values })) {
      const { status, body } = await apply(object, '&dryRun=All');
      expect([object.kind, status, body.message]).toEqual([object.kind, 201, undefined]);
    }
  });

  it('the API server refuses a field that there is not', async () => {
    const [account] = render(required);
    const { status, body } = await apply({ ...(account as Manifest), automount: false }, '&dryRun=All');
    // A real one answers 500 to such an apply.
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.message).toContain('automount');
  });

  it('the relay becomes ready with the rendered permissions, holds the Lease, and not without them', async () => {
    for (const object of render({ ...required, replicas: 2 })) await ok(apply(object));
    await ok(
      server.send('POST', '/api/v1/namespaces/mesh-system/serviceaccounts', { metadata: { name: 'other' } }),
    );
    const bus = new BusServer();
    const endpoint = await bus.start();
    const start = async (account: string) => {
      const connection = ['--kubernetes-server', server.url, '--kubernetes-ca', server.certificate];
      const token = ['--kubernetes-token', await tokenFile(account)];
      const options = [
        '--cluster',
        'test',
        '--port',
        '0',
        '--lease',
        'mesh-system/relay',
        '--lease-seconds',
        '3',
      ];
      return new RelayProcess(account, bundle, [...connection, ...token, ...options], endpoint);
    };
    const relays = await Promise.all(['relay', 'other'].map(start));
    const [relay, other] = relays;
    try {
      await vi.waitFor(() => expect(relay?.messages).toContain('ready'), 20_000);
      expect(relay?.messages).not.toContain('the API server refused to list a kind; will retry');
      const path = '/apis/coordination.k8s.io/v1/namespaces/mesh-system/leases/relay';
      const { body } = await server.send('GET', path);
      expect(body.spec).toMatchObject({ holderIdentity: expect.any(String), leaseDurationSeconds: 3 });
      await vi.waitFor(() => expect(other?.port).toBeGreaterThan(0), 20_000);
      const { status, text } = (await other?.get('/readyz')) ?? {};
      expect(status).toBe(503);
      expect(text).toMatch(
        /refused to get leases\.coordination\.k8s\.io relay in namespace mesh-system: HTTP 403/,
      );
      relay?.signal('SIGTERM');
      expect(await relay?.exited).toBe(0);
      expect((await server.send('GET', path)).body.spec).toMatchObject({ leaseTransitions: 0 });
      expect((await server.send('GET', path)).body.spec).not.toHaveProperty(
        'holderIdentity',
        expect.stringMatching(/./),
      );
    } finally {
      for (const each of relays) each.signal('SIGKILL');
      await bus.stop();
    }
  }, 60_000);
});
