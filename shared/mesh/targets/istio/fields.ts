import type { FieldTable } from '../../plan/fields/field-table.ts';
import { differs, exact, exactly, type Group, refused, tableOf } from '../../plan/fields/groups.ts';

const selector = '{matchLabels,matchExpressions[].{key,operator,values[]}}';
const byArn = refused('it names a resource of App Mesh', 'a reference to the object');
const noFile = refused(
  'the proxy has only files',
  'a file mounted into the proxy; or no tls, since Istio encrypts by itself',
);
const noCheck = differs('Istio has no active health checks', 'a readinessProbe of the pods');
const noFamily = differs('Istio uses the IP families of the cluster', 'the ipFamilies of the cluster');
const noIdle = differs('Istio has no idle timeout of requests', 'timeout.perRequest');
const oneFormat = differs(
  'Istio has one format for the mesh',
  'meshConfig.accessLogFormat or an extension provider of Istio',
);
const noMode = refused(
  'PERMISSIVE: Istio cannot take plain text beside this TLS; STRICT and DISABLED are exact',
  'STRICT; or no tls, since Istio encrypts by itself',
);
const healthCheck =
  'spec.listeners[].healthCheck.{healthyThreshold,intervalMillis,path,port,protocol,timeoutMillis,unhealthyThreshold}';

/** The same for virtual nodes and virtual gateways. */
const proxies: readonly Group[] = [
  [exactly('has no counterpart in Istio, and is not needed there'), 'spec.awsName'],
  [
    exact,
    'spec.meshRef.{name,uid}',
    'spec.podSelector.matchLabels',
    'spec.podSelector.matchExpressions[].key',
  ],
  [
    refused(
      'Istio selects by equal labels; the operator In with one value is exact',
      'a label of these pods in matchLabels',
    ),
    'spec.podSelector.matchExpressions[].{operator,values[]}',
  ],
  [exact, 'spec.listeners[].portMapping.{port,protocol}'],
  [noCheck, healthCheck],
  [noMode, 'spec.listeners[].tls.mode'],
  [
    exactly('paths in the istio-proxy container'),
    'spec.listeners[].tls.certificate.file.{certificateChain,privateKey}',
    'spec.listeners[].tls.validation.trust.file.certificateChain',
  ],
  [
    noFile,
    'spec.listeners[].tls.certificate.{acm.certificateARN,sds.secretName}',
    'spec.listeners[].tls.validation.trust.sds.secretName',
  ],
  ...clientPolicy('spec.backendDefaults.clientPolicy'),
  [
    differs('Istio logs to /dev/stdout, which is exact', 'meshConfig or an extension provider of Istio'),
    'spec.logging.accessLog.file.path',
  ],
  [oneFormat, 'spec.logging.accessLog.file.format.{json[].key,json[].value,text}'],
];

function clientPolicy(path: string): readonly Group[] {
  return [
    [exact, `${path}.tls.{enforce,ports[]}`],
    [
      exactly('paths in the istio-proxy container'),
      `${path}.tls.certificate.file.{certificateChain,privateKey}`,
      `${path}.tls.validation.trust.file.certificateChain`,
    ],
    [exact, `${path}.tls.validation.subjectAlternativeNames.match.exact[]`],
    [
      noFile,
      `${path}.tls.certificate.sds.secretName`,
      `${path}.tls.validation.trust.{acm.certificateAuthorityARNs[],sds.secretName}`,
    ],
  ];
}

const value = '{name,invert,match.{exact,prefix,suffix,regex,range.start,range.end}}';
const oneCondition = exactly(
  'several conditions on one header are combined; what cannot be, such as two regular expressions, is refused',
);

/** `http` without the scheme, which gateway routes do not have. */
function httpMatch(path: string): readonly Group[] {
  return [
    [exact, `${path}.match.{prefix,path.exact,method,port}`],
    [exactly('in the dialect RE2, up to 1024 characters'), `${path}.match.path.regex`],
    [oneCondition, `${path}.match.headers[].${value}`],
    [exact, `${path}.match.queryParameters[].{name,match.exact}`],
  ];
}

function route(path: string): readonly Group[] {
  return [
    [exact, `${path}.action.weightedTargets[].{virtualNodeRef.name,virtualNodeRef.namespace,weight,port}`],
    [byArn, `${path}.action.weightedTargets[].virtualNodeARN`],
    [noIdle, `${path}.timeout.idle.{unit,value}`],
  ];
}

function requestRoute(path: string): readonly Group[] {
  return [
    ...route(path),
    [exact, `${path}.retryPolicy.{maxRetries,perRetryTimeout.unit,perRetryTimeout.value}`],
    [exact, `${path}.retryPolicy.{httpRetryEvents[],tcpRetryEvents[]}`],
    [exactly('15 seconds if absent'), `${path}.timeout.perRequest.{unit,value}`],
  ];
}

function gatewayTarget(path: string): readonly Group[] {
  const target = `${path}.action.target`;
  return [
    [
      exact,
      `${target}.{virtualService.virtualServiceRef.name,virtualService.virtualServiceRef.namespace,port}`,
    ],
    [byArn, `${target}.virtualService.virtualServiceARN`],
    [exact, `${path}.match.hostname.{exact,suffix}`, `${path}.action.rewrite.hostname.defaultTargetHostname`],
  ];
}

const groups: Readonly<Record<string, readonly Group[]>> = {
  Mesh: [
    [exactly('has no counterpart in Istio, and is not needed there'), 'spec.awsName'],
    [exact, `spec.namespaceSelector.${selector}`],
    [
      exactly('as a Sidecar of each virtual node; what a route leads to can also be called directly'),
      'spec.egressFilter.type',
    ],
    [differs('Istio has no accounts', 'an Istio mesh of several clusters'), 'spec.meshOwner'],
    [noFamily, 'spec.meshServiceDiscovery.ipPreference'],
  ],
  VirtualNode: [
    ...proxies,
    [exact, 'spec.listeners[].outlierDetection.{baseEjectionDuration,interval}.{unit,value}'],
    [exact, 'spec.listeners[].outlierDetection.maxServerErrors'],
    [
      differs('Istio does not always eject one host at least', 'a higher percentage'),
      'spec.listeners[].outlierDetection.maxEjectionPercent',
    ],
    [
      exactly('as a limit of the proxy that receives, as in App Mesh'),
      'spec.listeners[].connectionPool.http.{maxConnections,maxPendingRequests}',
      'spec.listeners[].connectionPool.{http2.maxRequests,grpc.maxRequests,tcp.maxConnections}',
    ],
    [noIdle, 'spec.listeners[].timeout.{http,http2,grpc}.idle.{unit,value}'],
    [
      differs('callers enforce it; of the targets of a route the longest counts', 'timeout of the routes'),
      'spec.listeners[].timeout.{http,http2,grpc}.perRequest.{unit,value}',
    ],
    [
      differs('callers enforce it, and 0 is one hour', 'a time that suits both'),
      'spec.listeners[].timeout.tcp.idle.{unit,value}',
    ],
    [
      refused('a sidecar does not check the names of clients', 'an AuthorizationPolicy of Istio'),
      'spec.listeners[].tls.validation.subjectAlternativeNames.match.exact[]',
    ],
    [
      exactly('a Kubernetes Service, `x.ns.svc.…`, needs a port of the same number as the listener'),
      'spec.serviceDiscovery.dns.hostname',
    ],
    [
      exactly('of a Kubernetes Service Istio always balances over the endpoints'),
      'spec.serviceDiscovery.dns.responseType',
    ],
    [noFamily, 'spec.serviceDiscovery.{dns,awsCloudMap}.ipPreference'],
    [exact, 'spec.serviceDiscovery.awsCloudMap.namespaceName'],
    [
      differs(
        'with podSelector, requests go to the selected pods of this cluster, not to all instances of the service',
        'a VirtualNode without podSelector for instances elsewhere',
      ),
      'spec.serviceDiscovery.awsCloudMap.serviceName',
    ],
    [
      exactly('the selected pods have them; without podSelector they are refused'),
      'spec.serviceDiscovery.awsCloudMap.attributes[].{key,value}',
    ],
    [exact, 'spec.backends[].virtualService.virtualServiceRef.{name,namespace}'],
    [byArn, 'spec.backends[].virtualService.virtualServiceARN'],
    ...clientPolicy('spec.backends[].virtualService.clientPolicy'),
    [exact, 'spec.backendGroups[].{name,namespace}'],
  ],
  VirtualService: [
    [
      exactly(
        'a DNS name, used once in the cluster; a name of one label is a Kubernetes Service of the namespace, and known there only',
      ),
      'spec.awsName',
    ],
    [exact, 'spec.provider.{virtualNode.virtualNodeRef,virtualRouter.virtualRouterRef}.{name,namespace}'],
    [byArn, 'spec.provider.{virtualNode.virtualNodeARN,virtualRouter.virtualRouterARN}'],
    [exact, 'spec.meshRef.{name,uid}'],
  ],
  VirtualRouter: [
    [exactly('has no counterpart in Istio, and is not needed there'), 'spec.awsName'],
    [exact, 'spec.listeners[].portMapping.{port,protocol}', 'spec.routes[].{name,priority}'],
    ...['httpRoute', 'http2Route'].flatMap((type): readonly Group[] => [
      ...httpMatch(`spec.routes[].${type}`),
      [exact, `spec.routes[].${type}.match.scheme`],
      ...requestRoute(`spec.routes[].${type}`),
    ]),
    [exact, 'spec.routes[].grpcRoute.match.{serviceName,methodName,port}'],
    [oneCondition, `spec.routes[].grpcRoute.match.metadata[].${value}`],
    ...requestRoute('spec.routes[].grpcRoute'),
    [exact, 'spec.routes[].grpcRoute.retryPolicy.grpcRetryEvents[]', 'spec.routes[].tcpRoute.match.port'],
    ...route('spec.routes[].tcpRoute'),
    [exact, 'spec.meshRef.{name,uid}'],
  ],
  VirtualGateway: [
    ...proxies,
    [exact, `spec.{namespaceSelector,gatewayRouteSelector}.${selector}`],
    [
      differs('Istio has no limit for a gateway as a whole', 'the limits of the virtual nodes'),
      'spec.listeners[].connectionPool.http.{maxConnections,maxPendingRequests}',
      'spec.listeners[].connectionPool.{http2,grpc}.maxRequests',
    ],
    [exact, 'spec.listeners[].tls.validation.subjectAlternativeNames.match.exact[]'],
  ],
  GatewayRoute: [
    [exactly('has no counterpart in Istio, and is not needed there'), 'spec.awsName'],
    [exact, 'spec.{priority,virtualGatewayRef.{name,namespace,uid},meshRef.{name,uid}}'],
    ...['httpRoute', 'http2Route'].flatMap((type): readonly Group[] => [
      ...httpMatch(`spec.${type}`),
      ...gatewayTarget(`spec.${type}`),
      [
        exactly('with a regular expression in a route of the router only if nothing changes'),
        `spec.${type}.action.rewrite.{prefix.defaultPrefix,prefix.value,path.exact}`,
      ],
    ]),
    [exact, 'spec.grpcRoute.match.{serviceName,port}'],
    [oneCondition, `spec.grpcRoute.match.metadata[].${value}`],
    ...gatewayTarget('spec.grpcRoute'),
  ],
  BackendGroup: [[exact, 'spec.virtualservices[].{name,namespace}', 'spec.meshRef.{name,uid}']],
};

/** Every field of the seven kinds in Istio. Only the docs and the tests import it. */
export const istioFields: FieldTable = tableOf(groups);
