import { differs, exact, exactly, type Group, type Groups, refused } from '../../../plan/fields/groups.ts';

/** What a proxy calls, and how it finds it. */

const selector = '{matchLabels,matchExpressions[].{key,operator,values[]}}';
const byArn = refused('it names a resource of App Mesh', 'a reference to the object');
const noCounterpart = exactly('has no counterpart, and is not needed');

/** Of a field of a match. */
export const unmet =
  'the condition says so if no request can match, as with `/ü`, which clients send as `/%C3%BC`';

const value = '{name,invert,match.{exact,prefix,suffix,range.start,range.end}}';
const re2 = exactly('in the syntax of RE2; another one is refused');
const ofHeader = exactly(
  'an inverted match requires the header, unless it is of the presence itself; a range ends before its end',
);

function httpRoute(type: string): readonly Group[] {
  const match = `spec.routes[].${type}.match`;
  return [
    [exactly(`a prefix of characters: \`/a\` matches \`/ab\`, too; ${unmet}`), `${match}.prefix`],
    [exactly(unmet), `${match}.{path.exact,method}`],
    [exact, `${match}.port`],
    [re2, `${match}.path.regex`, `${match}.headers[].match.regex`],
    [exactly('https if the request has `x-forwarded-proto: https`, else http'), `${match}.scheme`],
    [ofHeader, `${match}.headers[].${value}`],
    [
      exactly(`as it is written in the path, not decoded; ${unmet}`),
      `${match}.queryParameters[].{name,match.exact}`,
    ],
    ...requestRoute(type),
  ];
}

function requestRoute(type: string): readonly Group[] {
  const path = `spec.routes[].${type}`;
  return [
    ...route(type),
    [exact, `${path}.action.weightedTargets[].weight`],
    [
      exactly(
        'without a policy 2 retries of status 503, of gRPC unavailable, of a connection that fails or is reset',
      ),
      `${path}.retryPolicy.{maxRetries,perRetryTimeout.unit,perRetryTimeout.value,httpRetryEvents[],tcpRetryEvents[]}`,
    ],
    [exactly('15 seconds if absent, none if 0'), `${path}.timeout.perRequest.{unit,value}`],
    [exactly('5 minutes if absent, none if 0'), `${path}.timeout.idle.{unit,value}`],
  ];
}

function route(type: string): readonly Group[] {
  const target = `spec.routes[].${type}.action.weightedTargets[]`;
  return [
    [exact, `${target}.virtualNodeRef.{name,namespace}`],
    [exactly('needed if the virtual node has several listeners'), `${target}.port`],
    [byArn, `${target}.virtualNodeARN`],
  ];
}

const oneForTcp = exactly(
  'of backends with the same port, of which one is of TCP, each stays as it was in the proxy, and a new proxy closes connections to the port: the condition has the reason PortConflict',
);

const noAccount = differs(
  'no account owns a mesh without a control plane',
  'a VirtualNode for each node of the other account',
);

export const egressGroups: Groups = {
  Mesh: [
    [noCounterpart, 'spec.awsName'],
    [exact, `spec.namespaceSelector.${selector}`],
    [
      exactly(
        'DROP_ALL passes `*.amazonaws.com`, by the name of the server in TLS and by the host of HTTP; on a port of a backend an unknown host gets 404, with ALLOW_ALL, too',
      ),
      'spec.egressFilter.type',
    ],
    [noAccount, 'spec.meshOwner'],
    [exact, 'spec.meshServiceDiscovery.ipPreference'],
  ],
  VirtualNode: [
    [noCounterpart, 'spec.awsName'],
    [exact, 'spec.meshRef.{name,uid}'],
    [exact, 'spec.podSelector.matchLabels'],
    [
      exactly(
        'with `awsCloudMap` refused, since a Service finds pods by equal labels: use matchLabels there',
      ),
      'spec.podSelector.matchExpressions[].{key,operator,values[]}',
    ],
    [exact, 'spec.serviceDiscovery.dns.{hostname,responseType}'],
    [exact, 'spec.serviceDiscovery.{dns,awsCloudMap}.ipPreference'],
    [
      exactly('with podSelector the pods are found by a Service, without Cloud Map'),
      'spec.serviceDiscovery.awsCloudMap.{namespaceName,serviceName}',
    ],
    [exactly('the selected pods have them'), 'spec.serviceDiscovery.awsCloudMap.attributes[].{key,value}'],
    [oneForTcp, 'spec.backends[].virtualService.virtualServiceRef.{name,namespace}'],
    [byArn, 'spec.backends[].virtualService.virtualServiceARN'],
    [oneForTcp, 'spec.backendGroups[].{name,namespace}'],
  ],
  VirtualService: [
    [exactly('a host name, used once in the mesh'), 'spec.awsName'],
    [exact, 'spec.provider.{virtualNode.virtualNodeRef,virtualRouter.virtualRouterRef}.{name,namespace}'],
    [byArn, 'spec.provider.{virtualNode.virtualNodeARN,virtualRouter.virtualRouterARN}'],
    [exact, 'spec.meshRef.{name,uid}'],
  ],
  VirtualRouter: [
    [noCounterpart, 'spec.awsName'],
    [exact, 'spec.listeners[].portMapping.protocol', 'spec.routes[].name', 'spec.meshRef.{name,uid}'],
    [exactly('but for 15001, which Envoy uses itself'), 'spec.listeners[].portMapping.port'],
    [
      exactly(
        'of equal priority exact paths come first, then the longest prefix, regular expressions, methods, more headers, more query parameters, and the order of the list',
      ),
      'spec.routes[].priority',
    ],
    ...['httpRoute', 'http2Route'].flatMap(httpRoute),
    [
      exactly('only calls with the content type of gRPC'),
      'spec.routes[].grpcRoute.match.{serviceName,methodName,port}',
    ],
    [ofHeader, `spec.routes[].grpcRoute.match.metadata[].${value}`],
    [re2, 'spec.routes[].grpcRoute.match.metadata[].match.regex'],
    ...requestRoute('grpcRoute'),
    [exact, 'spec.routes[].grpcRoute.retryPolicy.grpcRetryEvents[]', 'spec.routes[].tcpRoute.match.port'],
    ...route('tcpRoute'),
    [
      exactly('a weight of 0 is refused, since Envoy has none for TCP: leave the target out'),
      'spec.routes[].tcpRoute.action.weightedTargets[].weight',
    ],
    [exactly('an hour if absent, none if 0'), 'spec.routes[].tcpRoute.timeout.idle.{unit,value}'],
  ],
  BackendGroup: [[exact, 'spec.virtualservices[].{name,namespace}', 'spec.meshRef.{name,uid}']],
};
