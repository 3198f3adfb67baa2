import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../playground/pods/addresses.ts';
import { localFiles } from '../../../playground/pods/local-files.ts';
import { fileSource, files, mountPath } from '../../../shared/mesh/targets/envoy/translate/layout.ts';

const place = placeOf(20, '127.20.3.4', '/somewhere/pod');
const [pod, application, outbound] = ['127.20.3.4', '127.21.3.4', '127.22.3.4'];
const at = (address: string, port_value: number) => ({ socket_address: { address, port_value } });
const chain = (destination_port: number) => ({ filter_chain_match: { destination_port } });

function local(name: string, content: object, changes: Partial<typeof place> = {}) {
  const written = localFiles({ [name]: JSON.stringify(content) }, { ...place, ...changes });
  return JSON.parse(written[name] ?? '');
}

const listener = (fields: object) => ({
  '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
  ...fields,
});
const listeners = (...all: object[]) =>
  local(files.listeners, { resources: all.map(listener) }).resources as Record<string, unknown>[];

describe('the files of a proxy on this machine', () => {
  it('the ingress listener is bound to the ports of its chains on the address of the pod', () => {
    const chains = [chain(8080), chain(8080), chain(9090)];
    const [ingress] = listeners({ name: 'ingress', address: at('0.0.0.0', 15_000), filter_chains: chains });
    expect(ingress).toMatchObject({
      name: 'ingress',
      address: at(pod, 8080),
      additional_addresses: [{ address: at(pod, 9090) }],
      filter_chains: chains,
    });
  });

  it('the egress listener is bound on the outbound address, without the chain that passes connections through', () => {
    const [egress] = listeners({
      address: at('0.0.0.0', 15_001),
      filter_chains: [chain(80)],
      default_filter_chain: { name: 'passthrough' },
    });
    expect(egress).toMatchObject({ address: at(outbound, 80) });
    expect(egress).not.toHaveProperty('default_filter_chain');
  });

  it('a listener of intercepted connections without a chain for a port is left out', () => {
    expect(
      listeners({ address: at('0.0.0.0', 15_001), filter_chains: [], default_filter_chain: {} }),
    ).toEqual([]);
  });

  it('the listener of a gateway is on the address of the pod, its second hop on the outbound address', () => {
    const [first, second] = listeners(
      { address: at('0.0.0.0', 8088) },
      { address: at('127.0.0.1', 15_001), filter_chains: [chain(80)] },
    );
    expect(first).toMatchObject({ address: at(pod, 8088) });
    expect(second).toMatchObject({ address: at(outbound, 15_001), filter_chains: [chain(80)] });
  });

  it('a cluster on the loopback address leads to the application, of the egress port to the second hop', () => {
    const endpoint = (port: number) => ({ endpoint: { address: at('127.0.0.1', port) } });
    const clusters = {
      resources: [{ load_assignment: { endpoints: [{ lb_endpoints: [endpoint(8080), endpoint(15_001)] }] } }],
    };
    const text = JSON.stringify(local(files.clusters, clusters));
    expect(text).toContain(JSON.stringify(at(application, 8080)));
    expect(text).toContain(JSON.stringify(at(outbound, 15_001)));
  });

  it('an address that is not of this pod stays', () => {
    expect(local('eds-a.json', { resources: [{ address: at('10.0.0.1', 80) }] })).toEqual({
      resources: [{ address: at('10.0.0.1', 80) }],
    });
  });

  it('a cluster of original destinations gets no endpoint: the connection would come back to its listener', () => {
    const passthrough = { name: 'passthrough', type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' };
    expect(local(files.clusters, { resources: [passthrough] }).resources).toEqual([
      { name: 'passthrough', type: 'STATIC' },
    ]);
  });

  it('paths in the mount lead to the folder, those of other mounts to the folder given', () => {
    const content = {
      resources: [{ source: fileSource('rds-a.json'), key: '/keys/tls.key', other: '/keysmith' }],
    };
    const [resource] = local(files.listeners, content, { mounts: { '/keys': '/somewhere/keys' } }).resources;
    expect(resource).toMatchObject({
      source: {
        path_config_source: {
          path: '/somewhere/pod/..data/rds-a.json',
          watched_directory: { path: '/somewhere/pod' },
        },
      },
      key: '/somewhere/keys/tls.key',
      other: '/keysmith',
    });
    expect(JSON.stringify(resource)).not.toContain(mountPath);
  });

  it('the bootstrap has admin and status on the address of the pod, and asks the DNS server that is given', () => {
    const bootstrap = {
      admin: { address: at('127.0.0.1', 9901) },
      static_resources: { listeners: [{ name: 'status', address: at('0.0.0.0', 9902) }] },
    };
    const dns = { address: '127.23.0.10', port: 5353 };
    expect(local(files.bootstrap, bootstrap, { dns })).toMatchObject({
      admin: { address: at(pod, 9901) },
      static_resources: { listeners: [{ address: at(pod, 9902) }] },
      typed_dns_resolver_config: { typed_config: { resolvers: [at('127.23.0.10', 5353)] } },
    });
    expect(local(files.bootstrap, bootstrap)).not.toHaveProperty('typed_dns_resolver_config');
  });
});
