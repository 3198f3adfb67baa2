import { versions as gatewayApiVersions } from '../shared/mesh/targets/gateway-api/plan/object-name.ts';
import { gatewayApiRules } from '../shared/mesh/targets/gateway-api/plan/rules.ts';
import { istioVersions } from '../shared/mesh/targets/istio/plan/kinds.ts';
import { istioRules } from '../shared/mesh/targets/istio/plan/rules.ts';
import { clustersFile } from '../shared/model/cluster-config.ts';
import { describeFaults } from '../shared/model/faults.ts';
import { type TranslateOptions, UsageError } from './options.ts';
import type { Target } from './translation.ts';

/** As eks-mesh-sync would be configured in clusters.yml. */
export function targetOf({ to, gatewayClass, cluster = 'local' }: TranslateOptions): Target {
  const mesh = to === 'istio' ? { mesh: 'istio' } : { mesh: 'gateway-api', gatewayApi: { gatewayClass } };
  const result = clustersFile.safeParse({ clusters: [{ name: cluster, ...mesh }] });
  if (!result.success) throw new UsageError(describeFaults(result.error));
  const [config] = result.data.clusters;
  if (config === undefined) throw new UsageError('expected a cluster');
  return to === 'istio'
    ? { rules: istioRules(config), versions: istioVersions }
    : { rules: gatewayApiRules(config), versions: gatewayApiVersions };
}
