import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
} from '../../../harness/manifests.ts';
import { type Fields, listening, stated } from './translated.ts';

const acm = { certificateARN: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' };
const tls = { mode: 'STRICT', certificate: { acm } };
const byAcm =
  'the key of a certificate of ACM was given to the Envoy of App Mesh only; file, mounted into the proxy; or sds, from a server such as SPIRE';
const trusting = {
  tls: {
    validation: {
      trust: {
        acm: { certificateAuthorityARNs: ['arn:aws:acm-pca:eu-west-1:111122223333:ca/1'] },
      },
    },
  },
};
const trustByAcm =
  'the certificates of authorities were fetched from ACM by the Envoy of App Mesh only; file, mounted into the proxy; or sds, from a server such as SPIRE';
const logging = (format?: object, path = '/dev/stdout') => ({
  logging: { accessLog: { file: { path, format } } },
});
const notWritable =
  'differs spec.logging.accessLog.file.path: Envoy refuses the listener if it cannot write there: the directory must be in its container, and writable by user 1337; /dev/stdout';
const check = {
  ...{ healthyThreshold: 2, unhealthyThreshold: 3, intervalMillis: 5000, timeoutMillis: 2000 },
  ...{ protocol: 'http', path: '/ping' },
};

describe('what is stated of the listeners of a virtual node', () => {
  const of = (listener: Fields, others: Fields = {}, protocol = 'http') =>
    stated('VirtualNode', 'blue', listening(listener, others, protocol));
  const at = 'spec.listeners[0]';

  it('nothing of one that Envoy can have, or of none', () => {
    expect(of({ healthCheck: check }, logging({ text: '%PROTOCOL%' }))).toEqual([]);
    expect(stated('VirtualNode', 'blue', aNode('blue', { listeners: undefined }))).toEqual([]);
  });

  it('a port of Envoy, or of an earlier listener', () => {
    const node = aNode('blue', listenersOn('http/15000', 'http/80', 'tcp/9902', 'tcp/80', 'http/81'));
    expect(stated('VirtualNode', 'blue', node)).toEqual([
      'refused spec.listeners[0].portMapping.port: Envoy itself uses this port; another port',
      'refused spec.listeners[2].portMapping.port: Envoy itself uses this port; another port',
      'refused spec.listeners[3].portMapping.port: is also that of spec.listeners[1]; another port',
    ]);
  });

  it('what comes from ACM', () => {
    const virtualService = { virtualServiceRef: { name: 'cart' }, clientPolicy: trusting };
    const others = { backendDefaults: { clientPolicy: trusting }, backends: [{ virtualService }] };
    expect(of({ tls }, others)).toEqual([
      `refused ${at}.tls.certificate.acm: ${byAcm}`,
      `refused spec.backendDefaults.clientPolicy.tls.validation.trust.acm: ${trustByAcm}`,
      `refused spec.backends[0].virtualService.clientPolicy.tls.validation.trust.acm: ${trustByAcm}`,
    ]);
  });

  it.each([
    [
      { ...check, port: 9000 },
      'http',
      'refused',
      'port: App Mesh requires the port of the listener, 8080; that port, or none',
    ],
    [
      { ...check, protocol: 'grpc' },
      'tcp',
      'refused',
      'protocol: Envoy checks by gRPC only a listener of grpc or http2; this is tcp; the protocol of the listener',
    ],
    [{ ...check, path: undefined }, 'http', 'differs', 'path: without a path, / is asked for; a path'],
    [
      { ...check, path: '', protocol: 'http2' },
      'http',
      'differs',
      'path: without a path, / is asked for; a path',
    ],
  ])('the health check %o of a listener of %s', (healthCheck, protocol, effect, text) => {
    expect(of({ healthCheck }, {}, protocol)).toEqual([`${effect} ${at}.healthCheck.${text}`]);
  });

  it.each(['tcp', 'grpc'])('nothing of a health check by %s, which has no path', (protocol) => {
    expect(of({ healthCheck: { ...check, protocol, path: undefined } }, {}, 'grpc')).toEqual([]);
  });

  it('a health check that Envoy would refuse', () => {
    expect(of({ healthCheck: { ...check, path: '/a\nb' } })).toEqual([
      `refused ${at}: Envoy would refuse what this becomes: health_checks[0].http_health_check.path must match ^[\\t\\x20-\\x7e\\u0080-\\uffff]*$; another value`,
    ]);
  });

  const seconds = (value: number) => ({ unit: 's', value });
  it.each<readonly [timeout: Fields, protocol: string, text: string | undefined]>([
    [{ http: { idle: seconds(1) } }, 'http', undefined],
    [{ grpc: { idle: seconds(1) } }, 'http', undefined],
    [{ tcp: { idle: seconds(1) } }, 'tcp', undefined],
    [{ tcp: null, http: { idle: seconds(1) } }, 'http', undefined],
    [{ tcp: { idle: seconds(1) } }, 'http', 'tcp: has no effect on a listener of http; timeout.http'],
    [{ http2: { idle: seconds(1) } }, 'tcp', 'http2: has no effect on a listener of tcp; timeout.tcp'],
  ])('a timeout of another protocol: %o on %s', (timeout, protocol, text) => {
    expect(of({ timeout }, {}, protocol)).toEqual(
      text === undefined ? [] : [`differs ${at}.timeout.${text}`],
    );
  });

  it('times of 0 of the detection of outliers', () => {
    const of1 = (interval: number, baseEjectionDuration: number) =>
      of({
        outlierDetection: {
          ...{ maxServerErrors: 5, maxEjectionPercent: 50 },
          ...{ interval: seconds(interval), baseEjectionDuration: seconds(baseEjectionDuration) },
        },
      });
    const text = 'Envoy requires a time above 0; a longer time';
    expect(of1(1, 1)).toEqual([]);
    expect(of1(0, 1)).toEqual([`refused ${at}.outlierDetection.interval: ${text}`]);
    expect(of1(1, 0)).toEqual([`refused ${at}.outlierDetection.baseEjectionDuration: ${text}`]);
  });
});

describe('what is stated of the access log', () => {
  const of = (format?: object, path?: string) =>
    stated('VirtualNode', 'blue', listening({}, logging(format, path)));
  const instead = 'the operators of Envoy 1.40; %% stands for a percent sign';

  it('a path that is not a stream', () => {
    expect(of()).toEqual([]);
    expect(of(undefined, '/dev/stderr')).toEqual([]);
    expect(of(undefined, '/var/log/a')).toEqual([notWritable]);
  });

  it('a format that Envoy would refuse, by its kind', () => {
    const unknown =
      'has the command %FOO%, which Envoy does not know, so that Envoy logs in its default format';
    expect(of({ text: '%FOO%' })).toEqual([
      `differs spec.logging.accessLog.file.format.text: ${unknown}; ${instead}`,
    ]);
    const json = [
      { key: 'a', value: '%PROTOCOL%' },
      { key: 'b', value: '%FOO%' },
    ];
    expect(of({ json })).toEqual([`differs spec.logging.accessLog.file.format.json: ${unknown}; ${instead}`]);
    expect(of({ json: json.slice(0, 1) })).toEqual([]);
  });

  it('nothing of logging without a file', () => {
    expect(stated('VirtualNode', 'blue', listening({}, { logging: { accessLog: undefined } }))).toEqual([]);
  });
});

describe('what is stated of a gateway', () => {
  it('ports, TLS, health checks, policies and logging of its listeners', () => {
    const listeners = [
      { portMapping: { port: 15_000, protocol: 'http' }, tls },
      { portMapping: { port: 80, protocol: 'http' }, healthCheck: check },
      { portMapping: { port: 80, protocol: 'http' } },
    ];
    const gateway = aGateway('entry', {
      ...{ listeners, backendDefaults: { clientPolicy: trusting } },
      ...logging(undefined, '/var/log/a'),
    });
    expect(stated('VirtualGateway', 'entry', gateway)).toEqual([
      'refused spec.listeners[0].portMapping.port: Envoy itself uses this port; another port',
      'refused spec.listeners[2].portMapping.port: is also that of spec.listeners[1]; another port',
      `refused spec.listeners[0].tls.certificate.acm: ${byAcm}`,
      'differs spec.listeners[1].healthCheck: no proxy of the mesh calls a gateway, so none runs this check; a readinessProbe of its pods, or the health check of the load balancer',
      `refused spec.backendDefaults.clientPolicy.tls.validation.trust.acm: ${trustByAcm}`,
      notWritable,
    ]);
    expect(stated('VirtualGateway', 'entry', aGateway('entry'))).toEqual([]);
  });
});

describe('what is stated of a gateway route', () => {
  const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };
  const to = (...listeners: Parameters<typeof listenersOn>) => [
    aRouter('color', [], listenersOn(...listeners)),
    aService('cart', 'router/color'),
  ];
  const of = (
    { match = { prefix: '/' }, rewrite, port, type = 'httpRoute' }: Fields,
    services: readonly Fields[] = to('http/80'),
  ) => {
    const action = { target: { ...target, ...(port && { port }) }, rewrite };
    const route = aGatewayRoute('cart', 'cart', { httpRoute: undefined, [type]: { match, action } });
    return stated(
      'GatewayRoute',
      'cart',
      aGateway('entry'),
      ...(services as ReturnType<typeof aNode>[]),
      route,
    );
  };

  it('nothing of one that Envoy can have', () => {
    expect(of({})).toEqual([]);
    expect(
      of({ match: { prefix: '/a', port: 8088 }, rewrite: { prefix: { value: '/b/' } }, port: 80 }),
    ).toEqual([]);
    expect(of({}, [])).toEqual([]);
    expect(of({}, [aService('cart')])).toEqual([]);
    expect(of({}, [aService('cart', 'router/color'), aRouter('color', [], { listeners: [] })])).toEqual([]);
  });

  it('a protocol or a port that the gateway does not listen on', () => {
    expect(of({ type: 'http2Route' })).toEqual([
      'refused spec.http2Route: the gateway has no listener of protocol http2; such a listener',
    ]);
    expect(of({ match: { prefix: '/', port: 9 } })).toEqual([
      'refused spec.httpRoute.match.port: is no port of a listener of http; the port of a listener',
    ]);
  });

  it.each(['/aws-appmesh', '/aws-app-mesh/a'])('the prefix %s of App Mesh', (prefix) => {
    expect(of({ match: { prefix } })).toEqual([
      'refused spec.httpRoute.match.prefix: App Mesh reserves this prefix; another one',
    ]);
  });

  it('a rewrite of a prefix that is not there', () => {
    const rewrite = { prefix: { value: '/b/' } };
    const fault =
      'refused spec.httpRoute.action.rewrite.prefix: there is no prefix in the match that it could replace; match.prefix: /';
    expect(of({ match: { hostname: { exact: 'a.com' } }, rewrite })).toEqual([fault]);
  });

  it('a target by its ARN', () => {
    const virtualServiceARN = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualService/cart';
    const action = { target: { virtualService: { virtualServiceARN } } };
    const route = aGatewayRoute('cart', 'cart', { httpRoute: { match: { prefix: '/' }, action } });
    expect(stated('GatewayRoute', 'cart', aGateway('entry'), route)).toEqual([
      'refused spec.httpRoute.action.target.virtualService.virtualServiceARN: it names a resource of App Mesh; virtualServiceRef: a reference to the object',
    ]);
  });

  it('a port of the target: one that it has not, none of several, or one of TCP', () => {
    const at = 'refused spec.httpRoute.action.target';
    const several = to('http/80', 'tcp/90', 'http/81');
    expect(of({ port: 81 }, several)).toEqual([]);
    expect(of({ port: 9 }, several)).toEqual([
      `${at}.port: is no port of the virtual service; one of 80, 81`,
    ]);
    expect(of({}, several)).toEqual([`${at}.port: the virtual service has several ports; one of 80, 81`]);
    expect(of({ port: 90 }, several)).toEqual([
      `${at}: leads to a port of protocol tcp; a port of HTTP or gRPC`,
    ]);
    expect(of({}, to('tcp/90'))).toEqual([`${at}: leads to a port of protocol tcp; a port of HTTP or gRPC`]);
  });

  it('what Envoy would refuse, of a valid route only', () => {
    const rewrite = { path: { exact: '/b\nc' } };
    const fault =
      'refused spec.httpRoute: Envoy would refuse what this becomes: virtual_hosts[0].routes[0].route.prefix_rewrite must match ^[^\\0\\n\\r]*$; another value';
    expect(of({ match: { path: { exact: '/a' } }, rewrite })).toEqual([fault]);
    expect(of({ match: { path: { exact: '/a' } }, rewrite, port: 9 })).toEqual([
      'refused spec.httpRoute.action.target.port: is no port of the virtual service; one of 80',
    ]);
  });

  it('of a gateway that is not valid, all but its ports', () => {
    const invalid = { ...aGateway('entry', { listeners: 'none' }) };
    const route = aGatewayRoute('cart', 'cart', {
      httpRoute: { match: { prefix: '/', port: 9 }, action: { target } },
    });
    expect(stated('GatewayRoute', 'cart', invalid, ...to('http/80'), route)).toEqual([]);
  });

  it('a router without listeners has those of its targets', () => {
    const router = aRouter('color', [aRoute('a', { blue: 1 })], { listeners: undefined });
    const services = [aNode('blue'), router, aService('cart', 'router/color')];
    expect(of({ port: 9 }, services)).toEqual([
      'refused spec.httpRoute.action.target.port: is no port of the virtual service; one of 8080',
    ]);
  });
});
