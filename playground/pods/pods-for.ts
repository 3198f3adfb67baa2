import { join } from 'node:path';
import type { PlaygroundOptions } from '../options.ts';
import type { Report } from '../progress.ts';
import { UsageError } from '../usage-error.ts';
import { findEnvoy, howToGetEnvoy } from './find-envoy.ts';
import { type LocalPods, prepareLocalPods } from './local-pods.ts';

/** With the mesh target envoy, pods that run on this machine, if it has what they need; it reports what is missing. */
export async function podsFor(
  { mesh = [], envoy }: PlaygroundOptions,
  folder: string,
  report: Report,
  log: (line: string) => void,
): Promise<LocalPods | undefined> {
  if (!mesh.includes('envoy')) return undefined;
  const binary = binaryNamed(envoy);
  if (binary === undefined) {
    report(`no Envoy found, so the pods run nothing. ${howToGetEnvoy}`);
    return undefined;
  }
  try {
    const pods = await prepareLocalPods({ binary, folder: join(folder, 'pods'), report, log });
    report(
      `the pods run on this machine with ${binary}; DNS for the pods at ${pods.dns.address}:${pods.dns.port}`,
    );
    return pods;
  } catch (error) {
    report(`the pods run nothing: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function binaryNamed(option: string | undefined): string | undefined {
  try {
    return findEnvoy(option);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
