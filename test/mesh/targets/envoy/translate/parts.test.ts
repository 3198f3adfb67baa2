import { describe, expect, it } from 'vitest';
import type { EntryOf } from '../../../../../shared/mesh/plan/entry.ts';
import { isAddress } from '../../../../../shared/mesh/targets/envoy/translate/cluster/discovery.ts';
import {
  headlessServiceName,
  isHeadless,
} from '../../../../../shared/mesh/targets/envoy/translate/cluster/headless-name.ts';
import { clusterName } from '../../../../../shared/mesh/targets/envoy/translate/cluster/name.ts';
import {
  headlessServiceOf,
  headlessServiceSpec,
} from '../../../../../shared/mesh/targets/envoy/translate/headless-service.ts';
import { httpManager } from '../../../../../shared/mesh/targets/envoy/translate/http-manager.ts';
import { outlierDetectionOf } from '../../../../../shared/mesh/targets/envoy/translate/ingress/outliers.ts';
import {
  alpnOf,
  protocolOptions,
} from '../../../../../shared/mesh/targets/envoy/translate/ingress/protocol.ts';
import { timeoutRoutes } from '../../../../../shared/mesh/targets/envoy/translate/ingress/route-table.ts';
import { configMapName } from '../../../../../shared/mesh/targets/envoy/translate/layout.ts';
import { retryPolicyOf } from '../../../../../shared/mesh/targets/envoy/translate/route/retry-policy.ts';
import { sharedBy } from '../../../../../shared/mesh/targets/envoy/translate/shared-by.ts';
import { aNode, listenersOn } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const nodeOf = (spec: Readonly<Record<string, unknown>> = {}, name = 'blue') =>
  directoryOf(aNode(name, spec)).entries[0] as EntryOf<'VirtualNode'>;
const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'color' };
const typeOf = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;

describe('the filter that serves HTTP', () => {
  const filter = (accessLog: readonly object[]) =>
    httpManager({
      statPrefix: 'ingress',
      routeTable: 'egress-80',
      accessLog: accessLog as readonly Record<string, unknown>[],
    });
  const config = {
    '@type': typeOf('filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'ingress',
    rds: {
      route_config_name: 'egress-80',
      config_source: {
        path_config_source: {
          path: '/etc/envoy/mesh/..data/rds-egress-80.json',
          watched_directory: { path: '/etc/envoy/mesh' },
        },
        resource_api_version: 'V3',
      },
    },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': typeOf('filters.http.router.v3.Router') },
      },
    ],
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
    upgrade_configs: [{ upgrade_type: 'websocket' }],
  };

  it('is as App Mesh had it, with a log only if there is one', () => {
    const name = 'envoy.filters.network.http_connection_manager';
    expect(filter([])).toEqual({ name, typed_config: config });
    expect(filter([{ name: 'a' }])).toEqual({
      name,
      typed_config: { ...config, access_log: [{ name: 'a' }] },
    });
  });
});

describe('the protocol of a listener', () => {
  const options = (config: object) => ({
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': typeOf('upstreams.http.v3.HttpProtocolOptions'),
        explicit_http_config: config,
      },
    },
  });

  it.each([
    ['http', ['http/1.1'], options({ http_protocol_options: {} })],
    ['http2', ['h2'], options({ http2_protocol_options: {} })],
    ['grpc', ['h2'], options({ http2_protocol_options: {} })],
    ['tcp', [], {}],
  ] as const)('%s is offered by TLS, and spoken to a cluster', (protocol, alpn, expected) => {
    expect(alpnOf(protocol)).toEqual(alpn);
    expect(protocolOptions(protocol)).toEqual(expected);
  });

  it('has a route table, except TCP', () => {
    const of = (protocol: 'http' | 'tcp') => timeoutRoutes({ portMapping: { port: 80, protocol } });
    expect(of('tcp')).toEqual([]);
    const route = { cluster: 'ingress_80', timeout: '15s' };
    expect(of('http')).toEqual([
      {
        name: 'ingress-80',
        virtual_hosts: [{ name: 'application', domains: ['*'], routes: [{ match: { prefix: '/' }, route }] }],
      },
    ]);
  });
});

describe('the retries of a route', () => {
  const others = {
    retry_host_predicate: [
      {
        name: 'envoy.retry_host_predicates.previous_hosts',
        typed_config: { '@type': typeOf('retry.host.previous_hosts.v3.PreviousHostsPredicate') },
      },
    ],
    host_selection_retry_max_attempts: 5,
  };
  const policy = (events: object, maxRetries = 3, value = 2) =>
    retryPolicyOf({ maxRetries, perRetryTimeout: { unit: 's', value }, ...events } as Parameters<
      typeof retryPolicyOf
    >[0]);

  it('are those of App Mesh without a policy', () => {
    expect(retryPolicyOf(undefined)).toEqual({
      retry_on: 'reset,connect-failure,refused-stream,unavailable,retriable-status-codes',
      retriable_status_codes: [503],
      num_retries: 2,
      ...others,
    });
  });

  it('are those of the policy, with status codes only where an event means some', () => {
    expect(policy({ httpRetryEvents: ['gateway-error', 'stream-error'] })).toEqual({
      retry_on: 'reset,refused-stream,retriable-status-codes',
      retriable_status_codes: [502, 503, 504],
      num_retries: 3,
      per_try_timeout: '2s',
      ...others,
    });
    expect(policy({ tcpRetryEvents: ['connection-error'] }, 1, 0)).toEqual({
      retry_on: 'connect-failure',
      num_retries: 1,
      ...others,
    });
  });

  it('are none of 0, and at most what Envoy can count', () => {
    expect(policy({ httpRetryEvents: ['client-error'] }, 0)).toBeUndefined();
    expect(policy({ httpRetryEvents: ['client-error'] }, 2 ** 40)).toMatchObject({
      num_retries: 4_294_967_295,
    });
  });
});

describe('the detection of outliers', () => {
  const of = (interval: number, ejection: number, maxServerErrors = 5) =>
    outlierDetectionOf({
      ...{ maxServerErrors, maxEjectionPercent: 50 },
      interval: { unit: 's', value: interval },
      baseEjectionDuration: { unit: 's', value: ejection },
    });
  const detection = {
    ...{ consecutive_5xx: 5, interval: '10s', base_ejection_time: '30s', max_ejection_percent: 50 },
    ...{ always_eject_one_host: true, enforcing_success_rate: 0 },
  };

  it('is none if one of the times is 0', () => {
    expect(of(10, 30)).toEqual(detection);
    expect(of(0, 30)).toBeUndefined();
    expect(of(10, 0)).toBeUndefined();
  });

  it('counts at most what Envoy can count', () => {
    expect(of(10, 30, 2 ** 32)).toEqual({ ...detection, consecutive_5xx: 4_294_967_295 });
  });
});

describe('the headless Service of a virtual node', () => {
  const fixed = { clusterIP: 'None', ipFamilyPolicy: 'PreferDualStack' };

  it('is in the namespace of the node', () => {
    expect(headlessServiceOf(nodeOf())).toEqual({
      group: '',
      kind: 'Service',
      namespace: 'apps',
      name: 'blue-virtual-node',
    });
  });

  it('selects the pods of the node, and has each port once', () => {
    const podSelector = { matchLabels: { app: 'blue' } };
    expect(headlessServiceSpec(nodeOf({ podSelector }))).toEqual({
      ...fixed,
      selector: { app: 'blue' },
      ports: [{ name: 'port-8080', port: 8080 }],
    });
    expect(headlessServiceSpec(nodeOf(listenersOn('http/80', 'tcp/81', 'grpc/80')))).toEqual({
      ...fixed,
      selector: {},
      ports: [
        { name: 'port-80', port: 80 },
        { name: 'port-81', port: 81 },
      ],
    });
    expect(headlessServiceSpec(nodeOf({ podSelector: {}, listeners: undefined }))).toEqual({
      ...fixed,
      selector: {},
    });
  });

  it('is there for pods that Cloud Map finds', () => {
    const podSelector = { matchLabels: { app: 'blue' } };
    expect(isHeadless(nodeOf({ podSelector, serviceDiscovery: { awsCloudMap } }))).toBe(true);
    expect(isHeadless(nodeOf({ podSelector }))).toBe(false);
    expect(isHeadless(nodeOf({ serviceDiscovery: { awsCloudMap } }))).toBe(false);
    expect(isHeadless(nodeOf({ podSelector, serviceDiscovery: undefined, listeners: undefined }))).toBe(
      false,
    );
  });
});

describe('names', () => {
  it('of a ConfigMap are those of the object and its kind', () => {
    expect(configMapName({ kind: 'VirtualNode', name: 'blue' })).toBe('blue.virtual-node');
    expect(configMapName({ kind: 'VirtualGateway', name: 'blue' })).toBe('blue.virtual-gateway');
  });

  it('of a headless Service are DNS labels', () => {
    expect(headlessServiceName('a'.repeat(50))).toBe(`${'a'.repeat(50)}-virtual-node`);
    expect(headlessServiceName('a'.repeat(51))).toMatch(/^vn-a{30}-[0-9a-f]{12}-virtual-node$/);
    expect(headlessServiceName('1.-.b')).toMatch(/^vn-1-b-[0-9a-f]{12}-virtual-node$/);
    expect(headlessServiceName('a.b')).not.toBe(headlessServiceName('a-.b'));
  });

  it('of a cluster are shortened where they are long, and differ by a policy', () => {
    const of = (name: string, policy?: object) => clusterName(nodeOf({}, name), 80, policy);
    expect(of('blue')).toBe('egress_apps_blue_80');
    expect(of('a'.repeat(175))).toBe(`egress_apps_${'a'.repeat(175)}_80`);
    expect(of('a'.repeat(176))).toMatch(/^egress_apps_a{175}-[0-9a-f]{8}_80$/);
    expect(of('blue', { tls: null })).toMatch(/^egress_apps_blue_80_[0-9a-f]{8}$/);
    expect(of('blue', { tls: null })).not.toBe(of('blue', {}));
  });
});

describe('an address of discovery', () => {
  it.each(['10.0.0.7', '127.0.0.100', '300.1.1.1', '::1', 'fd00::7', 'FE80:0:0:0::A', '::ffff:10.0.0.7'])(
    'is %s',
    (host) => {
      expect(isAddress(host)).toBe(true);
    },
  );

  it.each([
    '',
    'blue.apps',
    'a10.0.0.7',
    '10.0.0.7a',
    '10.0.0',
    '10.0.0.7.example',
    'x::1',
    '::1 ',
    'g:1',
    'a:x',
  ])('is not %j', (host) => {
    expect(isAddress(host)).toBe(false);
  });
});

describe('a value that is shared', () => {
  it('is made once for each owner and key', () => {
    const shared = sharedBy<object, object>();
    const [a, b] = [{}, {}];
    const of = (owner: object, key: string) => shared(owner, key, () => ({}));
    expect(of(a, 'x')).toBe(of(a, 'x'));
    expect(of(a, 'y')).not.toBe(of(a, 'x'));
    expect(of(b, 'x')).not.toBe(of(a, 'x'));
    expect(of(a, 'x')).toBe(of(a, 'x'));
  });
});
