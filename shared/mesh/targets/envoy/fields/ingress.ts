import { differs, exact, exactly, type Group, type Groups, refused } from '../../../plan/fields/groups.ts';
import { unmet } from './egress.ts';

/** What a proxy takes, how it is called, and gateways. */

const selector = '{matchLabels,matchExpressions[].{key,operator,values[]}}';
const noCounterpart = exactly('has no counterpart, and is not needed');
const paths = exactly(
  "a path in Envoy's container; read again when the mount is replaced, which App Mesh did not",
);
const sds = exactly('of the server at `/run/spire/sockets/agent.sock`');
const acm = refused(
  'only the Envoy of App Mesh was given what ACM holds',
  'file, mounted into the proxy; or sds, from a server such as SPIRE',
);
const names = exactly('host names or URIs, one of which must be in the certificate');
const format = exactly(
  'with the operators of Envoy 1.40; with an unknown one Envoy logs in its default format',
);

/** The same for virtual nodes and virtual gateways. */
const proxies: readonly Group[] = [
  [
    exactly('but for the ports that Envoy uses itself: 9901, 9902, 15000 and 15001'),
    'spec.listeners[].portMapping.port',
  ],
  [exact, 'spec.listeners[].portMapping.protocol'],
  [
    exactly('the limits of the own Envoy behind the listener, as in App Mesh'),
    'spec.listeners[].connectionPool.http.{maxConnections,maxPendingRequests}',
    'spec.listeners[].connectionPool.{http2,grpc}.maxRequests',
  ],
  [
    exactly(
      'PERMISSIVE takes TLS without a certificate of the client, too; STRICT needs it if there is a validation',
    ),
    'spec.listeners[].tls.mode',
  ],
  [acm, 'spec.listeners[].tls.certificate.acm.certificateARN'],
  [
    paths,
    'spec.listeners[].tls.certificate.file.{certificateChain,privateKey}',
    'spec.listeners[].tls.validation.trust.file.certificateChain',
  ],
  [
    sds,
    'spec.listeners[].tls.certificate.sds.secretName',
    'spec.listeners[].tls.validation.trust.sds.secretName',
  ],
  [names, 'spec.listeners[].tls.validation.subjectAlternativeNames.match.exact[]'],
  ...clientPolicy('spec.backendDefaults.clientPolicy'),
  [
    differs(
      '`/dev/stdout` and `/dev/stderr` are exact; another file must be one that Envoy can write as user 1337, or it refuses the listener',
      '`/dev/stdout`',
    ),
    'spec.logging.accessLog.file.path',
  ],
  [format, 'spec.logging.accessLog.file.format.{json[].key,json[].value,text}'],
];

function clientPolicy(path: string): readonly Group[] {
  return [
    [exactly('true if absent; if false, the TLS of the server decides'), `${path}.tls.enforce`],
    [exactly('all if there are none; for other ports the TLS of the server decides'), `${path}.tls.ports[]`],
    [
      paths,
      `${path}.tls.certificate.file.{certificateChain,privateKey}`,
      `${path}.tls.validation.trust.file.certificateChain`,
    ],
    [sds, `${path}.tls.{certificate,validation.trust}.sds.secretName`],
    [acm, `${path}.tls.validation.trust.acm.certificateAuthorityARNs[]`],
    [
      exactly('without names, that of the service discovery must be in the certificate'),
      `${path}.tls.validation.subjectAlternativeNames.match.exact[]`,
    ],
  ];
}

const checked = '{healthyThreshold,intervalMillis,protocol,timeoutMillis,unhealthyThreshold}';
const listener = 'spec.listeners[]';

const nodes: readonly Group[] = [
  [exactly('each client runs the check, as in App Mesh'), `${listener}.healthCheck.${checked}`],
  [exactly('that of the listener; another one is refused'), `${listener}.healthCheck.port`],
  [exactly('`/` if absent'), `${listener}.healthCheck.path`],
  [
    exactly('each client ejects for itself; a time of 0 is refused'),
    `${listener}.outlierDetection.{baseEjectionDuration,interval}.{unit,value}`,
  ],
  [exact, `${listener}.outlierDetection.maxServerErrors`],
  [
    exactly('at least one instance, whatever the percentage'),
    `${listener}.outlierDetection.maxEjectionPercent`,
  ],
  [exact, `${listener}.connectionPool.tcp.maxConnections`],
  [
    exactly('15 seconds if absent, none if 0'),
    `${listener}.timeout.{http,http2,grpc}.perRequest.{unit,value}`,
  ],
  [exactly('5 minutes if absent, none if 0'), `${listener}.timeout.{http,http2,grpc}.idle.{unit,value}`],
  [exactly('an hour if absent, none if 0'), `${listener}.timeout.tcp.idle.{unit,value}`],
];

const value = '{name,invert,match.{exact,prefix,suffix,range.start,range.end}}';
const re2 = exactly('in the syntax of RE2; another one is refused');
const ofHeader = exactly(
  'an inverted match requires the header, unless it is of the presence itself; a range ends before its end',
);

function gatewayRoute(type: string): readonly Group[] {
  const target = `spec.${type}.action.target`;
  return [
    [
      exactly(
        'with or without a port in the Host header; the condition says so if no request can match: `bücher.example` is `xn--bcher-kva.example` there, and `*` stands for nothing',
      ),
      `spec.${type}.match.hostname.{exact,suffix}`,
    ],
    [exactly('of a listener of this protocol'), `spec.${type}.match.port`],
    [exact, `${target}.virtualService.virtualServiceRef.{name,namespace}`],
    [
      refused('it names a resource of App Mesh', 'a reference to the object'),
      `${target}.virtualService.virtualServiceARN`,
    ],
    [exactly('needed if the virtual service has several ports'), `${target}.port`],
    [
      exactly('ENABLED if absent: the application gets the name of the virtual service as its host'),
      `spec.${type}.action.rewrite.hostname.defaultTargetHostname`,
    ],
  ];
}

function httpGatewayRoute(type: string): readonly Group[] {
  const match = `spec.${type}.match`;
  return [
    ...gatewayRoute(type),
    [exactly(`a prefix of characters: \`/a\` matches \`/ab\`, too; ${unmet}`), `${match}.prefix`],
    [exactly(unmet), `${match}.{path.exact,method}`],
    [re2, `${match}.path.regex`, `${match}.headers[].match.regex`],
    [ofHeader, `${match}.headers[].${value}`],
    [
      exactly(`as it is written in the path, not decoded; ${unmet}`),
      `${match}.queryParameters[].{name,match.exact}`,
    ],
    [
      exactly(
        'ENABLED if absent: `/chapter/1` and `/chapter1` become `/1`; a value such as `/ü/` gets 400, which the condition says',
      ),
      `spec.${type}.action.rewrite.prefix.{defaultPrefix,value}`,
    ],
    [
      exactly('a path such as `/ü` gets 400, which the condition says'),
      `spec.${type}.action.rewrite.path.exact`,
    ],
  ];
}

export const ingressGroups: Groups = {
  VirtualNode: [...proxies, ...nodes, ...clientPolicy('spec.backends[].virtualService.clientPolicy')],
  VirtualGateway: [
    [noCounterpart, 'spec.awsName'],
    [
      exact,
      'spec.meshRef.{name,uid}',
      `spec.{namespaceSelector,gatewayRouteSelector,podSelector}.${selector}`,
    ],
    ...proxies,
    [
      differs(
        'no proxy of the mesh calls a gateway, so none runs the check',
        'a readinessProbe of its pods, or the health check of the load balancer',
      ),
      `${listener}.healthCheck.{${checked.slice(1, -1)},path,port}`,
    ],
  ],
  GatewayRoute: [
    [noCounterpart, 'spec.awsName'],
    [
      exactly(
        'over all routes of the gateway; of equal priority exact paths come first, then the longest prefix, regular expressions, exact host names, the longest suffix, and the rest as with routers',
      ),
      'spec.priority',
    ],
    [exact, 'spec.virtualGatewayRef.{name,namespace,uid}', 'spec.meshRef.{name,uid}'],
    ...['httpRoute', 'http2Route'].flatMap(httpGatewayRoute),
    ...gatewayRoute('grpcRoute'),
    [exact, 'spec.grpcRoute.match.serviceName'],
    [ofHeader, `spec.grpcRoute.match.metadata[].${value}`],
    [re2, 'spec.grpcRoute.match.metadata[].match.regex'],
  ],
};
