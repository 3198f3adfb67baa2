import { resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../usage-error.ts';

/** The library is imported only here: it is too large to load for the embedded cluster. */
export async function loadKubeconfig(path: string): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    // Paths of certificates in the file are relative to its folder.
    config.loadFromFile(resolve(path));
  } catch (error) {
    throw new UsageError(`cannot read --kubeconfig ${path}: ${String(error)}`);
  }
  if (!config.getCurrentCluster()?.server || !config.getCurrentUser())
    throw new UsageError(
      `--kubeconfig ${path}: cluster or user of current context ${JSON.stringify(config.getCurrentContext())} not found in the file; select another with kubectl config use-context`,
    );
  // The library rejects a plain HTTP server unless skipTLSVerify is set; there is no TLS to verify.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}
