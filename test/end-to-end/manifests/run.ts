import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';

const program = new URL('../../../playground/main.ts', import.meta.url).pathname;
const ports = ['--aws-port', '0', '--kubernetes-port', '0', '--page-port', '0'];

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start -- --exit` on free ports, to its end. */
export async function startAndExit(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [program, '--exit', ...ports, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}

/** kubectl of the PATH against a server: never rejects, so that a test sees the status and the texts. */
export function kubectlFor(binary: string, server: string) {
  return (...args: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, HOME: process.env.HOME, KUBECONFIG: '/dev/null' };
      execFile(binary, ['--server', server, ...args], { env }, (error, stdout, stderr) =>
        resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
}

export interface AnObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
}

export function objectsIn(path: string): readonly AnObject[] {
  return parseAllDocuments(readFileSync(path, 'utf8'))
    .map((document) => document.toJS() as AnObject | null)
    .filter((object) => object !== null);
}

/** The line that `kubectl apply` prints for an object. */
export function appliedLine({ apiVersion, kind, metadata }: AnObject, action: string): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return `${kind.toLowerCase()}${group === undefined ? '' : `.${group}`}/${metadata.name} ${action}`;
}
