import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { findHelm } from '../../tools/helm.ts';
import type { Values } from './helm-values.ts';

export const chartFolder = fileURLToPath(new URL('../../../relay/chart', import.meta.url));
export const { path: helm = '', reason: helmIsMissing } = findHelm();

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every kind
  readonly [key: string]: any;
}

/** Runs helm with the values as its standard input, in place of `-f -`. */
export function runHelm(args: readonly string[], values: Values): { status: number; output: string } {
  const { status, stdout, stderr } = spawnSync(helm, [...args, '-f', '-'], {
    ...{ input: JSON.stringify(values), encoding: 'utf8', maxBuffer: 2 ** 26 },
  });
  return { status: status ?? 1, output: `${stdout}${stderr}` };
}

/** What `helm install` applies. */
export function render(
  values: Values,
  { name, namespace } = { name: 'relay', namespace: 'mesh-system' },
): Manifest[] {
  const { status, output } = runHelm(['template', name, chartFolder, '--namespace', namespace], values);
  if (status !== 0) throw new Error(output);
  return parseAllDocuments(output).flatMap((document) => {
    for (const fault of [...document.errors, ...document.warnings]) throw fault;
    const manifest = document.toJS();
    return manifest ? [manifest] : [];
  });
}
