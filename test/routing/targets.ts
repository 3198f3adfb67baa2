import { versions as gatewayApiVersions } from '../../shared/mesh/targets/gateway-api/plan/object-name.ts';
import { type IstioKind, istioVersions } from '../../shared/mesh/targets/istio/plan/kinds.ts';
import { istioRules } from '../../shared/mesh/targets/istio/plan/rules.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { rulesOf } from '../mesh/targets/gateway-api/harness.ts';
import type { Asked } from './comparison.ts';
import type { Manifest } from './request.ts';
import { type Translated, translated } from './translated.ts';

export function toGatewayApi(manifests: readonly Manifest[], gatewayClass = 'istio'): Translated {
  return translated(manifests, rulesOf(gatewayClass), (group, kind) =>
    apiVersion(group, gatewayApiVersions[kind]?.[0]),
  );
}

export function toIstio(manifests: readonly Manifest[]): Translated {
  const [cluster] = clustersFile.parse({ clusters: [{ name: 'local', mesh: 'istio' }] }).clusters;
  if (cluster === undefined) throw new Error('expected a cluster');
  return translated(manifests, istioRules(cluster), (group, kind) =>
    apiVersion(group, istioVersions[kind as IstioKind][0]),
  );
}

function apiVersion(group: string, version = 'v1'): string {
  return group === '' ? version : `${group}/${version}`;
}

/** A stated difference of the Gateway API: a gateway does not rewrite the host of a gRPC call. */
export function withStatedHost({ from, request, choice }: Asked): Asked {
  const keeps = from === 'gateway' && request.protocol === 'grpc';
  return { from, request, choice: keeps && choice ? { ...choice, host: request.host } : choice };
}
