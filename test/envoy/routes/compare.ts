import type { Evaluation } from '../../../shared/mesh/routing/evaluate/evaluation.ts';
import type { Answer } from './echo.ts';
import { type MarkedRoute, type Merged, routeAt } from './merge.ts';

/** What an evaluation and an Envoy have in common. */
interface Way {
  readonly outcome: 'routed' | 'passed through' | 'not found' | 'closed';
  readonly gatewayRoute?: string | undefined;
  /** Of a router with HTTP routes. */
  readonly route?: string | undefined;
  /** Weights by cluster, 0 included; not of TCP, whose clusters no answer names. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  readonly path?: string | undefined;
  readonly host?: string | undefined;
}

/** Why an Envoy did other than was evaluated; undefined if both agree. */
export function differenceOf(
  evaluation: Evaluation,
  answer: Answer,
  tables: Merged['tables'],
): string | undefined {
  const expected = expectedWay(evaluation);
  const actual = actualWay(answer, tables);
  const targets = evaluation.targets.filter(({ weight }) => weight > 0).map(clusterOf);
  if (JSON.stringify(expected) !== JSON.stringify(actual))
    return `evaluated: ${JSON.stringify(expected)} (${evaluation.reason})\nEnvoy:     ${JSON.stringify(actual)}`;
  return evaluation.outcome === 'Routed' && !targets.includes(answer.cluster ?? '')
    ? `evaluated: one of ${targets}\nEnvoy:     ${answer.cluster}`
    : undefined;
}

const outcomes: Readonly<Record<Evaluation['outcome'], Way['outcome'] | undefined>> = {
  ...{ Routed: 'routed', PassedThrough: 'passed through' },
  ...{ NoFilterChain: 'closed', NoListener: 'closed', NoTcpRoute: 'closed' },
  ...{ NoVirtualHost: 'not found', NoRoute: 'not found', NoProvider: 'not found' },
  ...{ SourceNotFound: undefined, SourceInvalid: undefined, NotMember: undefined, NotKnown: undefined },
  NotEvaluated: undefined,
};

function expectedWay(evaluation: Evaluation): Way {
  const { gatewayRoutes, routes, targets, sent } = evaluation;
  const outcome = outcomes[evaluation.outcome];
  if (outcome === undefined) throw new Error(`the case is at fault: ${evaluation.reason}`);
  const taken = gatewayRoutes.find((each) => each.outcome === 'taken')?.name;
  const gatewayRoute = taken?.slice('GatewayRoute '.length);
  if (outcome !== 'routed') return { outcome, ...(gatewayRoute && { gatewayRoute }) };
  if (sent === undefined) return { outcome };
  return {
    outcome,
    ...(gatewayRoute && { gatewayRoute }),
    route: routes.find((each) => each.outcome === 'taken')?.name,
    weights: sums(targets.map((target) => [clusterOf(target), target.weight])),
    ...sent,
  };
}

function clusterOf({ node, port }: Evaluation['targets'][number]): string {
  const [, namespace = '', name = ''] = /^VirtualNode (.*)\/(.*)$/.exec(node) ?? [];
  return `egress_${namespace}_${name}_${port}`;
}

function actualWay(
  { status, gatewayRoute, route, cluster, path, host }: Answer,
  tables: Merged['tables'],
): Way {
  const first = gatewayRoute === undefined ? undefined : routeAt(tables, gatewayRoute)?.name;
  const named = first === undefined ? {} : { gatewayRoute: first };
  if (status === 0) return { outcome: 'closed' };
  if (cluster === 'passthrough') return { outcome: 'passed through' };
  // A TCP proxy adds no header.
  if (cluster !== undefined && route === undefined) return { outcome: 'routed' };
  if (cluster === undefined || route === undefined) return { outcome: 'not found', ...named };
  const taken = routeAt(tables, route);
  return {
    ...{ outcome: 'routed', ...named, route: isOfNode(taken) ? undefined : taken?.name },
    ...{ weights: weightsOf(taken), host, path },
  };
}

/** The only route of a virtual service whose provider is a virtual node has the node's name in the mesh. */
function isOfNode(route: MarkedRoute | undefined): boolean {
  return route?.name?.includes('_') ?? false;
}

function weightsOf(route: MarkedRoute | undefined): Readonly<Record<string, number>> {
  const { cluster, weighted_clusters: weighted } = route?.route ?? {};
  // The weight of a single cluster is not written.
  if (weighted === undefined) return sums([[cluster ?? '', 1]]);
  return sums(weighted.clusters.map(({ name, weight }) => [name, weight]));
}

/** In the order of their names; each as a share of the whole, so that a single target of weight 3 is one of weight 1. */
function sums(all: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const total = all.reduce((sum, [, weight]) => sum + weight, 0);
  const weights = new Map<string, number>();
  for (const [name, weight] of all) weights.set(name, (weights.get(name) ?? 0) + weight / total);
  return Object.fromEntries([...weights].sort(([a], [b]) => (a < b ? -1 : 1)));
}
