import { execFile } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** `npm start -- --exit --kubeconfig …`, to its end. */
export function startKubeconfig(kubeconfig: string, ...args: readonly string[]) {
  const own = ['--exit', '--aws-port', '0', '--page-port', '0', '--kubeconfig', kubeconfig, ...args];
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: root, maxBuffer: 1e9 };
    execFile(process.execPath, ['playground/main.ts', ...own], options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
