import { dnsName } from '../../model/dns-name.ts';

/** Domains whose hosts mean something else to pods already: who registers a service must not take over their requests. */
const reserved: Readonly<Record<string, string>> = {
  svc: 'is that of Kubernetes Services',
  'clusterset.local': 'is that of Services of several clusters',
  'virtual-node': 'is that of virtual nodes in the mesh target Istio',
  'amazonaws.com': 'is that of AWS',
  'amazonaws.com.cn': 'is that of AWS',
  'api.aws': 'is that of AWS',
};

/** Why a host gets no entry; undefined if it may have one. */
export function reservedReason(host: string, clusterDomain: string): string | undefined {
  const domains = { ...reserved, [dnsName(clusterDomain)]: "is that of the cluster's Services and pods" };
  const found = Object.entries(domains).find(([domain]) => host === domain || host.endsWith(`.${domain}`));
  return found && `its host ${host} is in the domain ${found[0]}, which ${found[1]}`;
}
