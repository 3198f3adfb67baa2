import { envoyVersions } from '../shared/mesh/targets/envoy/plan/kinds.ts';
import { envoyRules } from '../shared/mesh/targets/envoy/plan/rules.ts';
import { versions as gatewayApiVersions } from '../shared/mesh/targets/gateway-api/plan/object-name.ts';
import { gatewayApiRules } from '../shared/mesh/targets/gateway-api/plan/rules.ts';
import { istioVersions } from '../shared/mesh/targets/istio/plan/kinds.ts';
import { istioRules } from '../shared/mesh/targets/istio/plan/rules.ts';
import { type ClusterConfig, clustersFile } from '../shared/model/cluster-config.ts';
import { describeFaults } from '../shared/model/faults.ts';
import { type TranslateOptions, UsageError } from './options.ts';
import type { Target } from './translation.ts';

const targets = {
  istio: (config: ClusterConfig) => ({ rules: istioRules(config), versions: istioVersions }),
  'gateway-api': (config: ClusterConfig) => ({
    rules: gatewayApiRules(config),
    versions: gatewayApiVersions,
  }),
  envoy: (config: ClusterConfig) => ({ rules: envoyRules(config), versions: envoyVersions }),
} as const;

/** As eks-mesh-sync would be configured in clusters.yml. */
export function targetOf({ to, gatewayClass, cluster = 'local' }: TranslateOptions): Target {
  const mesh = to === 'lattice' ? 'gateway-api' : to;
  const options = mesh === 'gateway-api' ? { mesh, gatewayApi: { gatewayClass } } : { mesh };
  const result = clustersFile.safeParse({ clusters: [{ name: cluster, ...options }] });
  if (!result.success) throw new UsageError(describeFaults(result.error));
  const [config] = result.data.clusters;
  if (config === undefined) throw new UsageError('expected a cluster');
  return targets[mesh](config);
}
