import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PermanentError, RetryableError } from '../../model/errors.ts';

/** Returns the bearer token of a request. `refresh` is set after the API server refused the last one. */
export type TokenProvider = (options: { readonly refresh: boolean }) => string | Promise<string>;

/** How to reach an API server. */
export interface Connection {
  /** Such as `https://10.0.0.1:443`; `http:` is for servers on this machine. */
  readonly server: string;
  /** PEM; the system's roots by default. */
  readonly ca?: string | undefined;
  readonly token?: TokenProvider | undefined;
  /** Client certificate and its key, both PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Maximum time to connect, including TLS; by default the request's timeout. */
  readonly connectTimeoutMs?: number | undefined;
}

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The connection of a pod with a service account: the address from the environment, CA and token from the files that
 * the kubelet mounts.
 */
export function inClusterConnection(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string = serviceAccountFolder,
): Connection {
  const host = environment.KUBERNETES_SERVICE_HOST;
  const port = environment.KUBERNETES_SERVICE_PORT;
  if (!host || !port)
    throw new PermanentError(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; expected to run in a pod, or the URL of a Kubernetes server',
    );
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: readPem(`${folder}/ca.crt`),
    token: fileToken(`${folder}/token`),
  };
}

/** Reads a PEM file; the error names the file. */
export function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PermanentError(`the certificate file ${path} cannot be read`, { cause });
  }
}

/**
 * A token in a file that rotates: the kubelet renews it at 80 % of its lifetime, which is at least ten minutes. So it
 * is read again every minute, as in client-go, and at once after a refusal.
 */
export function fileToken(path: string, now: () => number = Date.now): TokenProvider {
  const freshMs = 60_000;
  let token = '';
  let readAt = Number.NEGATIVE_INFINITY;
  return async ({ refresh }) => {
    if (!refresh && now() - readAt < freshMs) return token;
    token = await readToken(path);
    readAt = now();
    return token;
  };
}

async function readToken(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new RetryableError(`the token file ${path} cannot be read`, { cause });
  }
  if (text.trim() === '')
    throw new RetryableError(`the token file ${path} is empty; expected a bearer token`);
  return text.trim();
}
