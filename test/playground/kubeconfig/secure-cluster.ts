import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { Authority } from '../../envoy/ingress/certificates.ts';

/** A request that the API server received, and who sent it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly user: string;
}

/** An API server over TLS with a CA of its own. It takes client certificates of that CA, and one bearer token. */
export interface SecureCluster extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** Answers these requests otherwise, by `METHOD url`. */
  readonly refusals: Map<string, number>;
  /** Writes a kubeconfig of a user. */
  kubeconfig(user: 'certificate' | 'token' | 'exec' | object, cluster?: object): string;
}

const token = 'of-a-person';

/** `server`: the plain API server behind it. */
export async function secureCluster(server: string): Promise<SecureCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'secure-cluster-'));
  const authority = await Authority.create('kubernetes');
  const own = await authority.issue('127.0.0.1');
  const person = await authority.issue('jane');
  const received: Received[] = [];
  const refusals = new Map<string, number>();
  const tls = {
    ...{ cert: own.certificate, key: own.key, ca: authority.certificate },
    ...{ requestCert: true, rejectUnauthorized: false },
  };
  const front = https.createServer(tls, (request, response) => {
    const user = userOf(request);
    const { method = '', url = '' } = request;
    if (user === undefined) return void response.writeHead(401).end('{"message":"Unauthorized"}');
    received.push({ method, url, user });
    const refusal = refusals.get(`${method} ${url.split('?')[0]}`);
    if (refusal !== undefined) return void response.writeHead(refusal).end('{"message":"pods is forbidden"}');
    forward(server, request, response);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const users = {
    certificate: {
      'client-certificate-data': base64(person.certificate),
      'client-key-data': base64(person.key),
    },
    token: { token },
    exec: { exec: execPlugin(token) },
  };
  let count = 0;
  return {
    ...{ url, received, refusals },
    kubeconfig: (user, cluster = { 'certificate-authority-data': base64(authority.certificate) }) => {
      count += 1;
      const path = join(folder, `config-${count}`);
      writeFileSync(
        path,
        kubeconfigOf({ server: url, ...cluster }, typeof user === 'string' ? users[user] : user),
      );
      return path;
    },
    async [Symbol.asyncDispose]() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function userOf(request: http.IncomingMessage): string | undefined {
  const socket = request.socket as TLSSocket;
  if (socket.authorized) return String(socket.getPeerCertificate().subject.CN);
  return request.headers.authorization === `Bearer ${token}` ? 'person' : undefined;
}

function forward(server: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const { method = 'GET', url = '/', headers } = request;
  const upstream = http.request(new URL(url, server), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

/** A command that prints a credential, as `aws eks get-token` does. */
function execPlugin(credential: string): object {
  const apiVersion = 'client.authentication.k8s.io/v1';
  const printed = { apiVersion, kind: 'ExecCredential', status: { token: credential } };
  return { apiVersion, command: 'echo', args: [JSON.stringify(printed)], interactiveMode: 'Never' };
}

export function kubeconfigOf(cluster: object, user: object): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster }],
    users: [{ name: 'u', user }],
  });
}
