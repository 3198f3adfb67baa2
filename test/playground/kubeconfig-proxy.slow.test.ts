import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { startKubeconfigProxy } from '../../playground/kubeconfig-proxy.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
const withoutOpenssl = spawnSync('openssl', ['version']).error !== undefined;
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Answers what it was asked and by whom; a path with `watch` gets two lines, the second a little later. */
function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const user =
    request.headers.authorization ?? (request.socket as TLSSocket).getPeerCertificate?.().subject?.CN;
  response.writeHead(request.url === '/gone' ? 410 : 200, { 'content-type': 'application/json' });
  response.write(`${JSON.stringify({ path: request.url, user })}\n`);
  if (request.url?.includes('watch')) setTimeout(() => response.end('{"second":true}\n'), 200);
  else response.end();
}

async function serve(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function proxyFor(cluster: object, user: object) {
  const path = join(folder, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(path, JSON.stringify(config));
  const proxy = await startKubeconfigProxy(path);
  stops.push(() => proxy.close());
  const get = (target: string, init: RequestInit = {}) =>
    fetch(proxy.url + target, { headers: { authorization: `Bearer ${proxy.token}` }, ...init });
  return { proxy, get };
}

it('a user with a token: the token of the proxy is replaced by that of the user', async () => {
  const server = `http://127.0.0.1:${await serve(http.createServer(answer))}`;
  const { get } = await proxyFor({ server }, { token: 'secret' });
  const response = await get('/api/v1/pods?limit=5');
  expect(await response.json()).toEqual({ path: '/api/v1/pods?limit=5', user: 'Bearer secret' });
  expect((await get('/gone')).status).toBe(410);
});

it('a user with an exec plugin', async () => {
  const server = `http://127.0.0.1:${await serve(http.createServer(answer))}`;
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'from-plugin' },
  };
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'echo',
    args: [JSON.stringify(credential)],
    interactiveMode: 'Never',
  };
  const { get } = await proxyFor({ server }, { exec });
  expect(await (await get('/version')).json()).toEqual({ path: '/version', user: 'Bearer from-plugin' });
});

it('a watch is streamed line by line', async () => {
  const server = `http://127.0.0.1:${await serve(http.createServer(answer))}`;
  const { get } = await proxyFor({ server }, { token: 'secret' });
  const response = await get('/api/v1/pods?watch=true');
  const times: number[] = [];
  for await (const _ of response.body ?? []) times.push(performance.now());
  expect(times.length).toBe(2);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(100);
});

it('requests without the token, and writes, are rejected', async () => {
  const server = `http://127.0.0.1:${await serve(http.createServer(answer))}`;
  const { proxy, get } = await proxyFor({ server }, { token: 'secret' });
  expect((await fetch(`${proxy.url}/api/v1/secrets`)).status).toBe(401);
  expect((await fetch(`${proxy.url}/version`, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
  expect((await get('/api/v1/pods/a', { method: 'DELETE' })).status).toBe(405);
});

it('an unreachable API server is a 502 with the reason', async () => {
  const { get } = await proxyFor({ server: 'http://127.0.0.1:1' }, { token: 'secret' });
  const response = await get('/version');
  expect(response.status).toBe(502);
  expect(await response.text()).toContain('ECONNREFUSED');
});

it('a kubeconfig without a cluster is a usage error', async () => {
  const path = join(folder, 'empty');
  writeFileSync(path, 'apiVersion: v1\nkind: Config\n');
  await expect(startKubeconfigProxy(path)).rejects.toThrow(
    /^--kubeconfig .*empty: cluster or user of current context .* not found/,
  );
});

describe.skipIf(withoutOpenssl)(
  `client certificates${withoutOpenssl ? ' (skipped: no openssl)' : ''}`,
  () => {
    it('the certificate of the user reaches the API server, whose own is checked', async () => {
      const [ca, user] = [certificate('server', '127.0.0.1'), certificate('user', 'jane')];
      const tls = { ...ca, ca: user.cert, requestCert: true, rejectUnauthorized: true };
      const server = `https://127.0.0.1:${await serve(https.createServer(tls, answer))}`;
      const credentials = {
        'client-certificate-data': Buffer.from(user.cert).toString('base64'),
        'client-key-data': Buffer.from(user.key).toString('base64'),
      };
      const authority = Buffer.from(ca.cert).toString('base64');
      const { get } = await proxyFor({ server, 'certificate-authority-data': authority }, credentials);
      expect(await (await get('/version')).json()).toEqual({ path: '/version', user: 'jane' });
      const stranger = await proxyFor({ server }, credentials);
      expect((await stranger.get('/version')).status).toBe(502);
    });
  },
);

function certificate(name: string, subject: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${subject}`];
  const alternative = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  spawnSync('openssl', ['req', ...options, ...alternative, '-out', cert, '-keyout', key]);
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
