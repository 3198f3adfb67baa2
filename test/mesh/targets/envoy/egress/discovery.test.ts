import { describe, expect, it } from 'vitest';
import { headlessServiceName } from '../../../../../shared/mesh/targets/envoy/translate/cluster/headless-name.ts';
import type { EnvoyContext } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { aMesh, aNamespace, aNode, aService, backends } from '../../../harness/manifests.ts';
import { clusterOf, egress, type Fields } from './harness.ts';

function discovered(spec: object, mesh: object = {}, context: Partial<EnvoyContext> = {}) {
  const manifests = [
    ...[aNamespace(), aMesh(mesh as Fields), aNode('blue', spec as Fields)],
    ...[aService('orders', 'node/blue'), aNode('front', backends('orders'))],
  ];
  const part = egress(manifests, context);
  const cluster = clusterOf(part, 'egress_apps_blue_8080');
  return { part, cluster, dns: cluster.cluster_type?.typed_config };
}
const hostsIn = ({ endpoints }: Fields) =>
  endpoints[0].lb_endpoints.map(({ endpoint }: Fields) => {
    const { address, port_value } = endpoint.address.socket_address;
    return `${address} ${port_value}`;
  });
const byDns = (dns: object) => ({
  serviceDiscovery: { dns: { hostname: 'blue.apps.svc.cluster.local', ...dns } },
});
const cloudMap = { namespaceName: 'shop.local', serviceName: 'color' };
const byCloudMap = (others: object = {}) => ({
  serviceDiscovery: { awsCloudMap: { ...cloudMap, ...others } },
});
const pods = { podSelector: { matchLabels: { app: 'blue' } } };

describe('DNS discovery', () => {
  it('without a response type all addresses are those of one load balancer, and the name is absolute', () => {
    const { cluster, dns } = discovered(byDns({}));
    expect(dns).toMatchObject({ all_addresses_in_single_endpoint: true, dns_lookup_family: 'AUTO' });
    expect(hostsIn(cluster.load_assignment)).toEqual(['blue.apps.svc.cluster.local. 8080']);
  });

  it('with ENDPOINTS each address is an endpoint', () => {
    expect(discovered(byDns({ responseType: 'ENDPOINTS' })).dns).not.toHaveProperty(
      'all_addresses_in_single_endpoint',
    );
  });

  it('an address is no name to look up', () => {
    const { cluster } = discovered(byDns({ hostname: '10.0.0.7' }));
    expect(hostsIn(cluster.load_assignment)).toEqual(['10.0.0.7 8080']);
  });

  it.each([
    ['IPv4_ONLY', 'V4_ONLY'],
    ['IPv6_ONLY', 'V6_ONLY'],
    ['IPv4_PREFERRED', 'V4_PREFERRED'],
    ['IPv6_PREFERRED', 'AUTO'],
  ])(
    'an IP preference of %s is looked up as %s, that of the node before that of its mesh',
    (ipPreference, family) => {
      const mesh = { meshServiceDiscovery: { ipPreference } };
      expect(discovered(byDns({ ipPreference })).dns.dns_lookup_family).toBe(family);
      expect(discovered(byDns({}), mesh).dns.dns_lookup_family).toBe(family);
      expect(discovered(byDns({ ipPreference: 'IPv4_ONLY' }), mesh).dns.dns_lookup_family).toBe('V4_ONLY');
    },
  );
});

describe('Cloud Map discovery', () => {
  const elsewhere = {
    instancesOf: () => [
      { address: '10.1.0.1', port: 9000 },
      { address: 'fd00::1', port: undefined },
    ],
  };

  it('pods of the cluster are found by the headless Service of the node, instances from elsewhere by their addresses', () => {
    const { cluster, dns } = discovered({ ...byCloudMap(), ...pods }, {}, elsewhere);
    expect(dns).toMatchObject({ dns_lookup_family: 'V4_PREFERRED' });
    expect(hostsIn(cluster.load_assignment)).toEqual([
      'blue-virtual-node.apps.svc.cluster.local. 8080',
      '10.1.0.1 9000',
      'fd00::1 8080',
    ]);
  });

  it('without a podSelector the instances are in a file of their own', () => {
    const { part, cluster } = discovered(byCloudMap({ ipPreference: 'IPv4_ONLY' }), {}, elsewhere);
    expect(cluster.eds_cluster_config.eds_config.path_config_source.path).toBe(
      '/etc/envoy/mesh/..data/eds-egress_apps_blue_8080.json',
    );
    expect(part.endpoints.map(hostsIn)).toEqual([['10.1.0.1 9000']]);
  });

  it('of a node with several listeners the port of an instance says nothing', () => {
    const listeners = [8080, 9090].map((port) => ({ portMapping: { port, protocol: 'http' } }));
    const { part } = discovered({ ...byCloudMap(), listeners }, {}, elsewhere);
    expect(part.endpoints.map(hostsIn)).toEqual([
      ['10.1.0.1 8080', 'fd00::1 8080'],
      ['10.1.0.1 9090', 'fd00::1 9090'],
    ]);
  });

  it.each([{}, pods])('instances that could not be read stay as they are', (selector) => {
    const { part } = discovered({ ...byCloudMap(), ...selector }, {}, { instancesOf: () => undefined });
    expect(part.kept.endpoints).toEqual(['egress_apps_blue_8080']);
    expect(part.endpoints).toEqual([]);
  });

  it('the Service of a node whose name is no DNS label has a name that is one', () => {
    for (const name of ['a'.repeat(200), '1st.node', 'a.b'])
      expect(headlessServiceName(name)).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
  });
});
