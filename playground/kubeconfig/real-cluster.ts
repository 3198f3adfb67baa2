import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shellWords } from '../../shared/model/commands/shell-words.ts';
import type { Identity } from '../identity.ts';
import type { Report } from '../progress.ts';
import { ApiServer } from './api-server.ts';
import { Callers } from './callers.ts';
import { checkCluster } from './check-cluster.ts';
import { type ListedObject, listObjects } from './list-objects.ts';
import { loadKubeconfig } from './load.ts';
import { startKubeconfigProxy } from './proxy.ts';
import { WithheldStatuses } from './withheld.ts';

/** A cluster that is watched, not made. */
export interface RealCluster {
  /** The URL of its API server. */
  readonly url: string;
  /** All objects of a kind as the functions know them: with the statuses that were not written. */
  readonly list: (apiVersion: string, plural: string) => Promise<readonly ListedObject[]>;
  /** What the functions did not write to it. */
  readonly withheld: WithheldStatuses;
  /** The URL at which the functions reach it. */
  readonly endpoint: string;
  readonly kubectl: string;
  readonly relayArgs: readonly string[];
}

interface RealClusterOptions {
  readonly kubeconfig: string;
  readonly writesStatus: boolean;
  /** With which the functions sign their tokens. */
  readonly identity: Identity;
  /** Where the relay's token is kept. */
  readonly folder: string;
}

/** Starts the proxy to the cluster. Throws a UsageError if the cluster cannot be read. */
export async function watchCluster(
  { kubeconfig, writesStatus, identity, folder }: RealClusterOptions,
  started: AsyncDisposableStack,
  report: Report,
): Promise<RealCluster> {
  const apiServer = new ApiServer(await loadKubeconfig(kubeconfig));
  const kubectl = shellWords(['kubectl', '--kubeconfig', resolve(kubeconfig)]);
  const missing = await checkCluster(apiServer, kubeconfig);
  const [callers, withheld] = [new Callers('local', identity), new WithheldStatuses()];
  const proxy = await startKubeconfigProxy({ apiServer, callers, writesStatus, withheld });
  started.defer(() => proxy.close());
  const writes = writesStatus ? 'statuses are written to it' : 'nothing is written to it';
  report(`watching cluster ${apiServer.url} of ${kubeconfig}, under the name local; ${writes}`);
  if (missing.length > 0) report(missingText(missing, kubectl));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, callers.relayToken, { mode: 0o600 });
  const relayArgs = ['--kubernetes-server', proxy.url, '--kubernetes-token', tokenFile];
  return {
    url: apiServer.url,
    list: (apiVersion, plural) => listObjects(apiServer, withheld, { apiVersion, plural }),
    ...{ withheld, endpoint: proxy.url, kubectl, relayArgs },
  };
}

function missingText(missing: readonly string[], kubectl: string): string {
  const install = `${kubectl} apply --server-side -f deploy/crds`;
  const without = missing.some((name) => name.startsWith('virtualnodes.'))
    ? 'only pods with annotations of eks-mesh-sync are registered'
    : 'their objects are missing';
  return `the cluster does not serve ${missing.join(', ')}, so ${without}. To install the definitions: ${install}`;
}
