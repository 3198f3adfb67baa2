import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import { fileToken, inClusterConnection } from '../../../shared/adapters/kubernetes/connection.ts';
import { pods } from '../../../shared/adapters/kubernetes/resources.ts';
import { PermanentError } from '../../../shared/model/errors.ts';
import { body, client, listen, servers } from './api-client.ts';

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function temporaryFile(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'relay-test-')), name);
  writeFileSync(path, text);
  return path;
}

describe('tokens', () => {
  it('tokens are sent, and fetched once more when refused', async () => {
    const seen: (string | undefined)[] = [];
    const kubernetes = await client(
      (request, response) => {
        seen.push(request.headers.authorization);
        if (seen.length === 1) response.writeHead(401);
        response.end(body([]));
      },
      { token: ({ refresh }) => (refresh ? 'new' : 'old') },
    );
    await kubernetes.list(pods);
    expect(seen).toEqual(['Bearer old', 'Bearer new']);
  });

  it('tokens cause a permanent error if they are refused twice', async () => {
    let requests = 0;
    const kubernetes = await client(
      (_, response) => {
        requests += 1;
        response.writeHead(401);
        response.end('{}');
      },
      { token: () => 'bad' },
    );
    await expect(kubernetes.list(pods)).rejects.toThrow(PermanentError);
    expect(requests).toBe(2);
  });

  it('tokens are read from their file again after a minute, and at once after a refusal', async () => {
    const path = temporaryFile('token', 'one\n');
    let now = 0;
    const token = fileToken(path, () => now);
    expect(await token({ refresh: false })).toBe('one');
    writeFileSync(path, 'two\n');
    now = 59_000;
    expect(await token({ refresh: false })).toBe('one');
    now = 60_000;
    expect(await token({ refresh: false })).toBe('two');
    writeFileSync(path, 'three\n');
    expect(await token({ refresh: true })).toBe('three');
    writeFileSync(path, '\n');
    await expect(async () => token({ refresh: true })).rejects.toThrow(/token is empty/);
  });
});

describe('in a pod', () => {
  it('address, CA and token are in a pod where Kubernetes puts them', async () => {
    const ca = temporaryFile('ca.crt', 'PEM');
    const folder = join(ca, '..');
    writeFileSync(join(folder, 'token'), 'secret');
    const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const connection = inClusterConnection(environment, folder);
    expect(connection).toMatchObject({ server: 'https://[fd00::1]:443', ca: 'PEM' });
    expect(await connection.token?.({ refresh: false })).toBe('secret');
  });

  it('the variable or file that is missing is named', () => {
    expect(() => inClusterConnection({})).toThrow(/KUBERNETES_SERVICE_HOST/);
    const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    expect(() => inClusterConnection(environment, '/nowhere')).toThrow('/nowhere/ca.crt');
  });
});

describe('TLS', () => {
  function certificate(): { cert: string; key: string } {
    const folder = mkdtempSync(join(tmpdir(), 'relay-test-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=api', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const form = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    execFileSync('openssl', ['req', ...form, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }

  it('TLS trusts the CA it was given and no other, and shows its own certificate', async () => {
    const { cert, key } = certificate();
    let client = '';
    const options = { cert, key, ca: cert, requestCert: true };
    const secure = createSecureServer(options, (request, response) => {
      client = (
        request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }
      ).getPeerCertificate().subject.CN;
      response.end(body([]));
    });
    const server = `https://127.0.0.1:${await listen(secure)}`;
    await expect(new KubernetesClient({ server }).list(pods)).rejects.toThrow(/self-signed certificate/);
    await new KubernetesClient({ server, ca: cert, cert, key }).list(pods);
    expect(client).toBe('api');
  });
});
