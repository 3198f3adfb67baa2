import { describe, expect, it } from 'vitest';
import {
  cluster,
  loadAssignment,
  onlyAddresses,
} from '../../../../../shared/mesh/targets/envoy/check/cluster.ts';
import { type Case, faultsOf } from './found.ts';

const at = (address: unknown) => ({
  endpoint: { address: { socket_address: { address, port_value: 80 } } },
});
const assigned = (...localities: readonly (readonly object[])[]) => ({
  load_assignment: {
    cluster_name: 'a',
    endpoints: localities.map((endpoints) => ({ lb_endpoints: endpoints })),
  },
});
const dns = (fields: object = {}) => ({
  cluster_type: {
    name: 'envoy.cluster.dns',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster',
      ...fields,
    },
  },
});
const of = (fields: object) => faultsOf(cluster, { name: 'a', ...fields });

describe('where a cluster has its endpoints from', () => {
  const needsEds = ['eds_cluster_config: needs the type EDS'];
  const none = ['load_assignment: must not be with the type ORIGINAL_DST'];
  const notOne = ['load_assignment: must have one endpoint'];
  const notAddress = (address: string) => [
    `load_assignment: has an endpoint that is not an IP address: ${address}`,
  ];
  const eds = { eds_cluster_config: { eds_config: { path_config_source: { path: '/a' } } } };
  const original = { type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' };
  const logical = dns({ all_addresses_in_single_endpoint: true });

  it.each<readonly [fields: object, faults: readonly string[]]>([
    [{}, []],
    [{ type: 'EDS', ...eds }, []],
    [{ type: 'EDS' }, ['eds_cluster_config: is required']],
    [{ type: 'STATIC', ...eds }, needsEds],
    [eds, needsEds],
    [{ ...dns(), ...eds }, needsEds],
    [original, []],
    [{ ...original, ...assigned([at('10.0.0.1')]) }, none],
    [{ ...original, ...assigned([at('a.shop')]) }, none],
    [{ type: 'STATIC', ...assigned([at('10.0.0.1'), at('::1')], [at('10.0.0.2')]) }, []],
    [assigned([at('10.0.0.1')], [at('10.0.0.2'), at('a.shop')]), notAddress('a.shop')],
    [{ type: 'STATIC', ...assigned([at('b.shop')]) }, notAddress('b.shop')],
    [{ type: 'STRICT_DNS', ...assigned([at('a.shop'), at('b.shop')]) }, []],
    [{ ...dns(), ...assigned([at('a.shop'), at('b.shop')]) }, []],
    [dns(), []],
    [{ type: 'LOGICAL_DNS', ...assigned([at('a.shop')]) }, []],
    [{ ...logical, ...assigned([at('a.shop')]) }, []],
    [{ ...dns({ all_addresses_in_single_endpoint: false }), ...assigned([]) }, []],
    [{ type: 'LOGICAL_DNS' }, notOne],
    [logical, notOne],
    [{ ...logical, ...assigned([]) }, notOne],
    [{ ...logical, ...assigned([at('a.shop'), at('b.shop')]) }, notOne],
    [{ ...logical, ...assigned([at('a.shop')], [at('b.shop')]) }, notOne],
    [{ ...logical, ...assigned([at('a.shop')], []) }, notOne],
  ])('%#: %j: %j', (fields, faults) => {
    expect(of(fields)).toEqual(faults);
  });

  it('is one type', () => {
    expect(of({ ...dns(), type: 'STRICT_DNS' })).toEqual([': must have only one of type, cluster_type']);
  });

  it('is the load balancing of the cluster if connections keep their destination, and only then', () => {
    const fault = ['lb_policy: CLUSTER_PROVIDED goes with the type ORIGINAL_DST only'];
    expect(of({ type: 'ORIGINAL_DST' })).toEqual(fault);
    expect(of({ type: 'ORIGINAL_DST', lb_policy: 'RANDOM' })).toEqual(fault);
    expect(of({ type: 'STATIC', lb_policy: 'CLUSTER_PROVIDED' })).toEqual(fault);
    expect(of({ type: 'STATIC', lb_policy: 'RANDOM' })).toEqual([]);
  });
});

describe('the endpoints of a file', () => {
  const both = (value: unknown) => [...faultsOf(loadAssignment, value), ...faultsOf(onlyAddresses, value)];

  it.each<Case>([
    [assigned([at('10.0.0.1')]).load_assignment, []],
    [assigned([at('a.shop')]).load_assignment, [': has an endpoint that is not an IP address: a.shop']],
    [{ cluster_name: 'a' }, []],
    [{}, ['cluster_name: is required']],
    [
      assigned([at('')]).load_assignment,
      [
        'endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address: must not be empty',
        ': has an endpoint that is not an IP address: ',
      ],
    ],
  ])('%j: %j', (value, faults) => {
    expect(both(value)).toEqual(faults);
  });
});

describe('the health checks of a cluster', () => {
  const checked = (fields: object) => ({
    ...{ timeout: '2s', interval: '5s', unhealthy_threshold: 2, healthy_threshold: 2 },
    ...fields,
  });
  const tcp = (name?: string) => checked({ ...(name !== undefined && { name }), tcp_health_check: {} });
  const unnamed = ['health_checks: several health checks need a name each'];

  it.each<readonly [checks: unknown, faults: readonly string[]]>([
    [[], []],
    [[tcp()], []],
    [[tcp('a'), tcp('b')], []],
    [[tcp('a'), tcp('a')], unnamed],
    [[tcp('a'), tcp()], unnamed],
    [[tcp(), tcp('b')], unnamed],
    [[tcp(''), tcp('b')], unnamed],
    [{}, ['health_checks: must be a list']],
    [
      [{ ...tcp(), timeout: '0s' }],
      ['health_checks[0].timeout: must be more than 0 s and at most 2147483647 s'],
    ],
  ])('%#: %j', (checks, faults) => {
    expect(of({ health_checks: checks })).toEqual(faults);
  });

  const speaking = (config: object) => ({
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        ...config,
      },
    },
  });
  const http2 = { http2_protocol_options: {} };
  const http1 = { http_protocol_options: {} };
  const grpc = { health_checks: [checked({ grpc_health_check: {} })] };
  const needsHttp2 = ['health_checks: by gRPC need HTTP/2'];

  it.each<readonly [fields: object, faults: readonly string[]]>([
    [{ ...grpc, ...speaking({ explicit_http_config: http2 }) }, []],
    [{ ...grpc, ...speaking({ use_downstream_protocol_config: http2 }) }, []],
    [{ ...grpc, ...speaking({ auto_config: { ...http1, ...http2 } }) }, []],
    [grpc, needsHttp2],
    [{ ...grpc, ...speaking({ explicit_http_config: http1 }) }, needsHttp2],
    [{ ...grpc, ...speaking({ auto_config: http1 }) }, needsHttp2],
    [{ health_checks: [tcp()], ...speaking({ explicit_http_config: http1 }) }, []],
    [{ health_checks: [tcp()] }, []],
    [{ health_checks: [tcp('a'), { ...checked({ grpc_health_check: {} }), name: 'b' }] }, needsHttp2],
  ])('by gRPC need HTTP/2: %#', (fields, faults) => {
    expect(of(fields)).toEqual(faults);
  });
});

describe('the panic threshold of a cluster', () => {
  const fault = ['common_lb_config.healthy_panic_threshold.value: must be a number from 0 to 100'];

  it.each<Case>([
    [0, []],
    [100, []],
    [0.5, []],
    [-0.1, fault],
    [100.1, fault],
    ['50', fault],
    [null, fault],
  ])('%j: %j', (value, faults) => {
    expect(of({ common_lb_config: { healthy_panic_threshold: { value } } })).toEqual(faults);
  });
});
