import { chmodSync, constants, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MountedFolder } from '../../../playground/pods/mounted-folder.ts';
import { mountPath, proxyPorts, proxyUser } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import { envoy } from '../find.ts';
import { connectedNamespaces, type Namespace } from './namespaces.ts';
import { startServerIn } from './programs.ts';

type Files = Readonly<Record<string, string>>;

export interface InterceptedPod extends Disposable {
  readonly pod: Namespace;
  readonly outside: Namespace;
  /** As a kubelet replaces the mounted files. */
  update(files: Files): void;
}

/**
 * A pod whose connections are intercepted, with the files as they are in the cluster: only the folder has another name. The
 * application serves 8080, which is a listener, and 9000, which is none; outside, there is a server on 8080, 7777 and 22.
 */
export async function startInterceptedPod(files: Files): Promise<InterceptedPod> {
  const { pod, outside } = await connectedNamespaces();
  const folder = mkdtempSync(join(tmpdir(), 'pod-'));
  const stop = () => {
    pod.stop();
    outside.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([
      startServerIn(pod, 'application', [8080, 9000]),
      startServerIn(outside, 'outside', [8080, 7777, 22]),
    ]);
    const mounted = new MountedFolder(join(folder, 'mesh'));
    const update = (all: Files) => mounted.write(movedFiles(all, mounted.path));
    update(files);
    await startEnvoyIn(pod, folder, mounted.path);
    return { pod, outside, update, [Symbol.dispose]: stop };
  } catch (error) {
    stop();
    throw error;
  }
}

function movedFiles(files: Files, path: string): Files {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replaceAll(mountPath, path)]),
  );
}

/** By the user that interception leaves alone, who may not reach the folder where the program is. */
async function startEnvoyIn(pod: Namespace, folder: string, mounted: string): Promise<void> {
  const binary = join(folder, 'envoy');
  copyFileSync(envoy, binary, constants.COPYFILE_FICLONE);
  for (const path of [folder, binary]) chmodSync(path, 0o755);
  const user = ['--reuid', String(proxyUser), '--regid', String(proxyUser), '--clear-groups'];
  const options = ['--service-node', 'pod', '--service-cluster', 'apps/front', '--concurrency', '1'];
  const strict = ['--reject-unknown-dynamic-fields', '--disable-hot-restart', '--log-level', 'warning'];
  const child = pod.start('setpriv', [
    ...user,
    binary,
    '-c',
    join(mounted, 'bootstrap.json'),
    ...options,
    ...strict,
  ]);
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += String(chunk);
  });
  for (let count = 0; count < 100; count++, await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`Envoy exited with ${child.exitCode}: ${log}`);
    if (isReady(pod)) return;
  }
  throw new Error(`Envoy was not ready: ${log}`);
}

function isReady(pod: Namespace): boolean {
  const script = `fetch('http://127.0.0.1:${proxyPorts.admin}/ready').then((it) => it.text()).catch(String).then(console.log)`;
  return pod.run(process.execPath, ['-e', script]).startsWith('LIVE');
}
