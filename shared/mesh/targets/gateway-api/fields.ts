import type { MeshKind } from '../../../model/kubernetes.ts';
import { fieldPaths } from '../../plan/fields/field-paths.ts';
import type { FieldSupport, FieldTable } from '../../plan/fields/field-table.ts';
import { fieldLimits } from './plan/field-limits.ts';
import type { GatewayClass } from './plan/gateway-class.ts';
import { limits } from './plan/limits.ts';

/** What is carried for some values, and refused for others. */
interface Bounded {
  readonly only: string;
  readonly instead: string;
}

type Support =
  | 'exact'
  | Bounded
  | { readonly effect: 'differs' | 'refused'; readonly limit: keyof typeof limits };
/** By field, or by an object in which all fields are alike. `{a,b}` stands for either. */
type Rows = Readonly<Record<string, Support>>;

const refused = (limit: keyof typeof limits) => ({ effect: 'refused', limit }) as const;
const differs = (limit: keyof typeof limits) => ({ effect: 'differs', limit }) as const;
const only = (limit: keyof typeof limits): Bounded => ({ only: limits[limit][0], instead: limits[limit][1] });

/** What the target does with fields, whatever the class: the names of objects, and where they belong. */
const everywhere: Rows = {
  '{VirtualNode,VirtualService,VirtualRouter,VirtualGateway,GatewayRoute,BackendGroup} spec.meshRef': 'exact',
  '{VirtualNode,VirtualRouter,VirtualGateway,GatewayRoute} spec.awsName': 'exact',
  'Mesh spec.namespaceSelector': 'exact',
  'VirtualNode spec.podSelector.matchLabels': 'exact',
  'VirtualNode spec.podSelector.matchExpressions': only('selector'),
  'VirtualNode spec.listeners[].portMapping': 'exact',
  'VirtualNode spec.serviceDiscovery.dns.hostname': only('hostname'),
  'VirtualService spec.provider.virtualNode.virtualNodeRef': 'exact',
  'VirtualService spec.provider.virtualRouter.virtualRouterRef': 'exact',
  'VirtualService spec.provider.{virtualNode.virtualNodeARN,virtualRouter.virtualRouterARN}': refused('arn'),
  'VirtualRouter spec.listeners[].portMapping': 'exact',
  'VirtualRouter spec.routes[].{name,priority}': 'exact',
  'VirtualRouter spec.routes[].{httpRoute,http2Route,grpcRoute,tcpRoute}.match.port': 'exact',
  'VirtualRouter spec.routes[].{httpRoute,http2Route,grpcRoute,tcpRoute}.action.weightedTargets[].{virtualNodeRef,weight,port}':
    'exact',
  'VirtualRouter spec.routes[].{httpRoute,http2Route,grpcRoute,tcpRoute}.action.weightedTargets[].virtualNodeARN':
    refused('arn'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.method': 'exact',
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.scheme': refused('scheme'),
  'VirtualRouter spec.routes[].grpcRoute.match.{serviceName,methodName}': only('grpcName'),
  'VirtualRouter spec.routes[].{httpRoute.match.headers,http2Route.match.headers,grpcRoute.match.metadata}[].name':
    only('name'),
  'VirtualRouter spec.routes[].{httpRoute.match.headers,http2Route.match.headers,grpcRoute.match.metadata}[].match.exact':
    'exact',
  'VirtualRouter spec.routes[].{httpRoute.match.headers,http2Route.match.headers,grpcRoute.match.metadata}[].match.range':
    refused('range'),
  'VirtualRouter spec.routes[].{httpRoute.match.headers,http2Route.match.headers,grpcRoute.match.metadata}[].invert':
    refused('invert'),
};

const headers =
  'VirtualRouter spec.routes[].{httpRoute.match.headers,http2Route.match.headers,grpcRoute.match.metadata}[]';
const gatewayHeaders =
  'GatewayRoute spec.{httpRoute.match.headers,http2Route.match.headers,grpcRoute.match.metadata}[]';

const idleTimeout = 'VirtualRouter spec.routes[].{httpRoute,http2Route,grpcRoute,tcpRoute}.timeout.idle';

/** Class istio. */
const inIstio: Rows = {
  ...everywhere,
  [idleTimeout]: differs('idle'),
  'Mesh spec.awsName': 'exact',
  'VirtualService spec.awsName': only('serviceName'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.{prefix,path}': only('path'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.queryParameters[].name': only('name'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.queryParameters[].match.exact': only('value'),
  [`${headers}.match.{prefix,suffix,regex}`]: 'exact',
  'VirtualRouter spec.routes[].{httpRoute,http2Route,grpcRoute}.retryPolicy': differs('retry'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.timeout.perRequest': 'exact',
  'VirtualRouter spec.routes[].grpcRoute.timeout.perRequest': differs('grpcTimeout'),
  'VirtualGateway spec.{namespaceSelector,gatewayRouteSelector}': 'exact',
  'VirtualGateway spec.listeners[].portMapping': 'exact',
  'GatewayRoute spec.virtualGatewayRef': 'exact',
  'GatewayRoute spec.priority': only('order'),
  'GatewayRoute spec.{httpRoute,http2Route}.match.prefix': differs('prefix'),
  'GatewayRoute spec.{httpRoute,http2Route}.match.path': only('path'),
  'GatewayRoute spec.{httpRoute,http2Route,grpcRoute}.match.hostname.exact': only('host'),
  'GatewayRoute spec.{httpRoute,http2Route,grpcRoute}.match.hostname.suffix': only('hostnameSuffix'),
  'GatewayRoute spec.{httpRoute,http2Route,grpcRoute}.match.port': 'exact',
  'GatewayRoute spec.{httpRoute,http2Route}.match.method': 'exact',
  'GatewayRoute spec.grpcRoute.match.serviceName': only('grpcName'),
  [`${gatewayHeaders}.name`]: only('name'),
  [`${gatewayHeaders}.match.{exact,prefix,suffix,regex}`]: 'exact',
  [`${gatewayHeaders}.match.range`]: refused('range'),
  [`${gatewayHeaders}.invert`]: refused('invert'),
  'GatewayRoute spec.{httpRoute,http2Route}.match.queryParameters[].name': only('name'),
  'GatewayRoute spec.{httpRoute,http2Route}.match.queryParameters[].match.exact': only('value'),
  'GatewayRoute spec.{httpRoute,http2Route,grpcRoute}.action.target.virtualService.virtualServiceRef':
    'exact',
  'GatewayRoute spec.{httpRoute,http2Route,grpcRoute}.action.target.virtualService.virtualServiceARN':
    refused('arn'),
  'GatewayRoute spec.{httpRoute,http2Route,grpcRoute}.action.target.port': only('port'),
  'GatewayRoute spec.{httpRoute,http2Route}.action.rewrite.prefix.defaultPrefix': 'exact',
  'GatewayRoute spec.{httpRoute,http2Route}.action.rewrite.prefix.value': only('rootRewrite'),
  'GatewayRoute spec.{httpRoute,http2Route}.action.rewrite.path.exact': 'exact',
  'GatewayRoute spec.{httpRoute,http2Route}.action.rewrite.hostname.defaultTargetHostname':
    only('rewriteHost'),
  'GatewayRoute spec.grpcRoute.action.rewrite.hostname.defaultTargetHostname': differs('grpcRewriteHost'),
};

const inLattice: Rows = {
  ...everywhere,
  [idleTimeout]: differs('latticeIdle'),
  'Mesh spec.awsName': only('networkName'),
  'VirtualNode spec.listeners[].portMapping.protocol': only('tcpLattice'),
  'VirtualNode spec.listeners[].healthCheck': 'exact',
  'VirtualNode spec.listeners[].healthCheck.protocol': differs('healthCheck'),
  'VirtualNode spec.listeners[].healthCheck.{intervalMillis,timeoutMillis}': differs('seconds'),
  'VirtualService spec.awsName': differs('latticeName'),
  'VirtualRouter spec.listeners[].portMapping.protocol': differs('latticeGrpc'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.{prefix,path.exact}': differs('latticePath'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.path.regex': refused('pathRegex'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route}.match.queryParameters': refused('query'),
  [`${headers}.match.{prefix,suffix,regex}`]: refused('valueRegex'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route,grpcRoute}.retryPolicy': differs('latticeRetry'),
  'VirtualRouter spec.routes[].{httpRoute,http2Route,grpcRoute}.timeout.perRequest':
    differs('latticeTimeout'),
  'VirtualGateway spec.{namespaceSelector,gatewayRouteSelector,podSelector,backendDefaults,logging}':
    refused('noIngress'),
  'GatewayRoute spec.{virtualGatewayRef,priority}': refused('noIngress'),
};

/** Fields that nothing carries; of two rows about one, the one that refuses it. */
function ownRows(kind: GatewayClass['kind']): Rows {
  const kinds: readonly MeshKind[] = [
    'Mesh',
    'VirtualNode',
    'VirtualGateway',
    'GatewayRoute',
    'BackendGroup',
  ];
  const rows = kinds.flatMap((each) =>
    fieldLimits(each, kind).map(({ path, effect, limit }) => [`${each} ${path}`, { effect, limit }] as const),
  );
  return Object.fromEntries(rows.sort(([, a], [, b]) => (a.effect < b.effect ? -1 : 1)));
}

function tableOf(rows: Rows): FieldTable {
  const byPath = new Map(
    Object.entries(rows).flatMap(([path, support]) => either(path).map((each) => [each, support] as const)),
  );
  return Object.fromEntries(
    fieldPaths().flatMap((path) => {
      const support = supportOf(path, byPath);
      return support === undefined ? [] : [[path, support]];
    }),
  );
}

/** The longest of the rows that the field is in. */
function supportOf(path: string, rows: ReadonlyMap<string, Support>): FieldSupport | undefined {
  const longest = [...rows.keys()]
    .filter((row) => path === row || path.startsWith(`${row}.`) || path.startsWith(`${row}[`))
    .sort((a, b) => b.length - a.length)[0];
  const support = longest === undefined ? undefined : rows.get(longest);
  if (support === undefined) return undefined;
  if (support === 'exact') return { effect: 'exact' };
  if ('only' in support) return { effect: 'exact', note: support.only, instead: support.instead };
  const [note, instead] = limits[support.limit];
  return { effect: support.effect, note, instead };
}

/** `a.{b,c}` as `a.b` and `a.c`. */
function either(path: string): readonly string[] {
  const [, before = '', choices = '', after = ''] = /^(.*?)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  if (choices === '') return [path];
  return choices.split(',').flatMap((choice) => either(before + choice + after));
}

/** Class istio. Other classes: docs/mesh/gateway-api.md. */
export const gatewayApiFields: FieldTable = tableOf({ ...ownRows('istio'), ...inIstio });
/** Class amazon-vpc-lattice. */
export const latticeFields: FieldTable = tableOf({ ...ownRows('lattice'), ...inLattice });
