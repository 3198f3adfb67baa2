import { describe, it } from 'vitest';
import { listener, nodeSpec } from '../specs.ts';
import { expectRefusals, type Json, withAll } from './refusals.ts';
import { node } from './setup.ts';

const thresholds = { healthyThreshold: 2, unhealthyThreshold: 2 };

const times = { intervalMillis: 5000, timeoutMillis: 2000 };

const httpCheck = { ...thresholds, ...times, protocol: 'http', path: '/' };

const { path: _path, ...pathless } = httpCheck;

const grpcCheck = { ...thresholds, ...times, protocol: 'grpc' };

const file = { certificateChain: '/c', privateKey: '/k' };

const trust = { file: { certificateChain: '/c' } };

const tls = { mode: 'STRICT', certificate: { file } };

const withListener = (more: Json): Json => nodeSpec({ listeners: [{ ...listener, ...more }] }) as Json;

const listenerOf = (protocol: string) => ({ portMapping: { port: 8080, protocol } });

const dns = { dns: { hostname: 'blue.example' } };

const backend = { virtualService: { virtualServiceName: 's.example' } };

describe('a virtual node', () => {
  expectRefusals(
    (spec) => ['CreateVirtualNode', node('x', { spec })],
    [
      [
        { serviceDiscovery: dns },
        "spec.serviceDiscovery: Service Discovery can't be set without a listener.",
      ],
      [{ listeners: [listener] }, 'spec.serviceDiscovery: must be set where a listener is'],
      [
        nodeSpec({ listeners: [listener, listener] }) as Json,
        'spec.listeners: port 8080 has more than one listener',
      ],
      [{ backends: [backend, backend] }, 'spec.backends: virtual service s.example stands there twice'],
      [{ color: 'blue' }, 'spec: unknown member color'],
      [{ backends: [{}] }, 'spec.backends[0]: exactly one of virtualService must be set; found none'],
      [{ backends: {} }, 'spec.backends: must be of type array'],
      [
        nodeSpec({
          serviceDiscovery: { ...dns, awsCloudMap: { namespaceName: 'n', serviceName: 's' } } as never,
        }) as Json,
        'spec.serviceDiscovery: exactly one of awsCloudMap, dns must be set; found awsCloudMap, dns',
      ],
      [
        nodeSpec({ serviceDiscovery: { awsCloudMap: { namespaceName: 'n' } } as never }) as Json,
        'spec.serviceDiscovery.awsCloudMap.serviceName: must not be null',
      ],
      [
        nodeSpec({
          serviceDiscovery: {
            awsCloudMap: {
              ...{ namespaceName: 'n', serviceName: 's' },
              attributes: [{ key: 'AWS_INSTANCE_IPV4', value: '192.0.2.1' }],
            },
          },
        }) as Json,
        'spec.serviceDiscovery.awsCloudMap.attributes[0].key: must not begin with AWS_',
      ],
      [
        nodeSpec({
          serviceDiscovery: {
            awsCloudMap: { namespaceName: 'n', serviceName: 's', attributes: [{ key: 'a b', value: 'v' }] },
          },
        }) as Json,
        'spec.serviceDiscovery.awsCloudMap.attributes[0].key: must match /^[a-zA-Z0-9!-~]+$/',
      ],
      [
        withListener({ portMapping: { port: '80', protocol: 'http' } }),
        'spec.listeners[0].portMapping.port: must be of type number',
      ],
      [
        withListener({ portMapping: { port: 65536, protocol: 'udp' } }),
        'spec.listeners[0].portMapping.port: must be at most 65535; ' +
          'spec.listeners[0].portMapping.protocol: must be one of http, tcp, http2, grpc',
      ],
      [
        withListener({ connectionPool: { http2: { maxRequests: 1 } } }),
        "spec.listeners[0].connectionPool: must be of the listener's protocol http",
      ],
      [
        withListener({ timeout: { tcp: {} } }),
        "spec.listeners[0].timeout: must be of the listener's protocol http",
      ],
      [
        withListener({ timeout: { http: { idle: { value: 1 } } } }),
        'spec.listeners[0].timeout.http.idle: must have unit and value',
      ],
      [
        withListener({ healthCheck: pathless }),
        'spec.listeners[0].healthCheck.path: a http health check needs a path',
      ],
      [
        withListener({ healthCheck: { ...pathless, protocol: 'http2' } }),
        'spec.listeners[0].healthCheck.path: a http2 health check needs a path',
      ],
      [
        withListener({ healthCheck: grpcCheck }),
        'spec.listeners[0].healthCheck.protocol: GRPC HealthCheck requires listener type of HTTP2 or GRPC.',
      ],
      [
        withListener({ healthCheck: { ...httpCheck, port: 81 } }),
        "spec.listeners[0].healthCheck.port: must be the listener's port 8080",
      ],
      [
        withListener({ healthCheck: { ...httpCheck, intervalMillis: 4999, healthyThreshold: 11 } }),
        'spec.listeners[0].healthCheck.healthyThreshold: must be at most 10; ' +
          'spec.listeners[0].healthCheck.intervalMillis: must be at least 5000',
      ],
      [
        withListener({ tls: { ...tls, mode: 'strict' } }),
        'spec.listeners[0].tls.mode: must be one of STRICT, PERMISSIVE, DISABLED',
      ],
      [
        withListener({ tls: { ...tls, certificate: { file, sds: { secretName: 's' } } } }),
        'spec.listeners[0].tls.certificate: exactly one of acm, file, sds must be set; found file, sds',
      ],
      [
        { backendDefaults: { clientPolicy: { tls: { ports: [0], validation: { trust } } } } },
        'spec.backendDefaults.clientPolicy.tls.ports[0]: must be at least 1',
      ],
      [
        { backendDefaults: { clientPolicy: { tls: {} } } },
        'spec.backendDefaults.clientPolicy.tls.validation: must not be null',
      ],
      [
        { logging: { accessLog: { file: { path: '' } } } },
        'spec.logging.accessLog.file.path: must have a length of at least 1',
      ],
    ],
  );

  it.each([
    withListener({ healthCheck: httpCheck }),
    nodeSpec({ listeners: [{ ...listenerOf('http2'), healthCheck: grpcCheck }] as never }),
    withListener({ healthCheck: { ...pathless, protocol: 'tcp' }, tls }),
    {},
  ])('%j is taken', (spec) => {
    withAll().node('x', { spec });
  });
});

describe('a virtual router and a virtual gateway', () => {
  expectRefusals(
    (spec) => ['CreateVirtualRouter', { meshName: 'm', virtualRouterName: 'x', spec }],
    [[{ listeners: [listener, listener] }, 'spec.listeners: port 8080 has more than one listener']],
  );
  expectRefusals(
    (spec) => ['CreateVirtualGateway', { meshName: 'm', virtualGatewayName: 'x', spec }],
    [
      [{}, 'spec.listeners: must not be null'],
      [{ listeners: [] }, 'spec.listeners: a virtual gateway needs a listener'],
      [
        { listeners: [listenerOf('tcp')] },
        'spec.listeners[0].portMapping.protocol: must be one of http, http2, grpc',
      ],
      [
        { listeners: [{ ...listener, connectionPool: { grpc: { maxRequests: 1 } } }] },
        "spec.listeners[0].connectionPool: must be of the listener's protocol http",
      ],
      [
        { listeners: [{ ...listener, healthCheck: grpcCheck }] },
        'spec.listeners[0].healthCheck.protocol: GRPC HealthCheck requires listener type of HTTP2 or GRPC.',
      ],
    ],
  );
});
