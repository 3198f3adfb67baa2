import { at, ensureObject, isObject, listAt, objectAt, setDefault } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { defaultsOf } from '../rules/defaults.ts';

export function setServiceDefaults(service: KubernetesObject): void {
  const spec = ensureObject(service, 'spec');
  setDefault(spec, 'type', 'ClusterIP');
  setDefault(spec, 'sessionAffinity', 'None');
  for (const port of listAt(spec, 'ports')) {
    if (!isObject(port)) continue;
    setDefault(port, 'protocol', 'TCP');
    if (!port.targetPort) port.targetPort = port.port;
  }
  setDefault(ensureObject(service, 'status'), 'loadBalancer', {});
  if (spec.type === 'ExternalName') return;
  if (spec.type !== 'ClusterIP') setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (spec.type === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  if (spec.sessionAffinity === 'ClientIP')
    setDefault(spec, 'sessionAffinityConfig', { clientIP: { timeoutSeconds: 10_800 } });
  setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  setDefault(spec, 'ipFamilies', ['IPv4']);
  setDefault(spec, 'ipFamilyPolicy', 'SingleStack');
}

/** A Service keeps addresses and node ports that an update omits (Service REST's patchAllocatedValues). */
export function keepAllocated(service: KubernetesObject, old: KubernetesObject): void {
  const [spec, before] = [objectAt(service, 'spec'), objectAt(old, 'spec')];
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  setDefault(spec, 'clusterIP', before.clusterIP);
  setDefault(spec, 'clusterIPs', before.clusterIPs);
  if (spec.type === 'ClusterIP') return;
  for (const port of listAt(spec, 'ports')) {
    const same = listAt(before, 'ports').find(
      (each) => at(each, 'port') === at(port, 'port') && at(each, 'protocol') === at(port, 'protocol'),
    );
    const nodePort = at(same, 'nodePort');
    if (isObject(port) && nodePort !== undefined) setDefault(port, 'nodePort', nodePort);
  }
}

export function setEndpointSliceDefaults(slice: KubernetesObject): void {
  for (const port of listAt(slice, 'ports')) {
    if (!isObject(port)) continue;
    setDefault(port, 'name', '');
    setDefault(port, 'protocol', 'TCP');
  }
}

export function setEndpointsDefaults(endpoints: KubernetesObject): void {
  for (const subset of listAt(endpoints, 'subsets'))
    for (const port of listAt(subset, 'ports')) if (isObject(port)) setDefault(port, 'protocol', 'TCP');
}

export function setNetworkPolicyDefaults(policy: KubernetesObject): void {
  const spec = ensureObject(policy, 'spec');
  const hasEgress = listAt(spec, 'egress').length > 0;
  if (listAt(spec, 'policyTypes').length === 0)
    spec.policyTypes = hasEgress ? ['Ingress', 'Egress'] : ['Ingress'];
  setPolicyPorts(policy);
}

const setPolicyPorts = defaultsOf({
  'spec.ingress[].ports[].protocol': 'TCP',
  'spec.egress[].ports[].protocol': 'TCP',
});
