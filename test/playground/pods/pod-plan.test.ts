import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../playground/pods/addresses.ts';
import {
  endpointsOf,
  portsOfProxy,
  proxyOf,
  requiredConfigMaps,
} from '../../../playground/pods/plan/pod-plan.ts';
import { mountPath } from '../../../shared/mesh/targets/envoy/translate/layout.ts';

const pod = (spec: object) => ({ metadata: { name: 'pod' }, spec }) as unknown as KubernetesObject;
const volumes = [
  { name: 'mesh', configMap: { name: 'blue.virtual-node' } },
  { name: 'keys', secret: { secretName: 'tls' } },
  { name: 'notes', configMap: { name: 'notes', optional: true } },
];
const envoy = {
  name: 'envoy',
  env: [{ name: 'ENVOY_LOG_LEVEL', value: 'debug' }],
  volumeMounts: [
    { name: 'keys', mountPath: '/keys/' },
    { name: 'mesh', mountPath },
  ],
};
const at = (address: string, port_value: number) => ({
  address: { socket_address: { address, port_value } },
});

describe('the proxy of a pod', () => {
  it('a container, native sidecar or not, that mounts the files of a proxy is one', () => {
    const expected = {
      configMap: 'blue.virtual-node',
      logLevel: 'debug',
      mounts: [{ path: '/keys', kind: 'secrets', name: 'tls' }],
    };
    expect(proxyOf(pod({ initContainers: [envoy], containers: [{ name: 'app' }], volumes }))).toEqual(
      expected,
    );
    expect(proxyOf(pod({ containers: [envoy], volumes }))).toEqual(expected);
    expect(proxyOf(pod({ containers: [{ name: 'envoy' }], volumes }))).toBeUndefined();
  });

  it('a pod waits for the ConfigMaps of its volumes, except for optional ones', () => {
    expect(requiredConfigMaps(pod({ volumes }))).toEqual(['blue.virtual-node']);
  });

  it('a proxy takes the ports of its ingress chains or of its gateway, and those of its own', () => {
    const chain = (destination_port: number) => ({ filter_chain_match: { destination_port } });
    const resources = [
      { ...at('0.0.0.0', 15_000), filter_chains: [chain(8080), chain(8080)] },
      { ...at('0.0.0.0', 15_001), filter_chains: [chain(80)] },
      at('0.0.0.0', 8088),
      at('127.0.0.1', 15_001),
    ];
    const ports = portsOfProxy({ 'lds.json': JSON.stringify({ resources }) });
    expect([...ports].sort()).toEqual([8080, 8088, 9901, 9902]);
  });

  it('behind a proxy, a container is on the address of the pod only for ports that the proxy does not take', () => {
    const place = placeOf(20, '127.20.3.4', '/folder');
    const applications = [8080, 9090].map((port) => ({ container: 'app', port, rules: undefined }));
    const addresses = (taken: ReadonlySet<number> | undefined) =>
      endpointsOf(applications, place, taken).map(({ address, port }) => `${address}:${port}`);
    expect(addresses(undefined)).toEqual(['127.20.3.4:8080', '127.20.3.4:9090']);
    expect(addresses(new Set([8080]))).toEqual(['127.21.3.4:8080', '127.21.3.4:9090', '127.20.3.4:9090']);
  });
});
