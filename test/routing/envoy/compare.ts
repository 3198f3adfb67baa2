import { registered } from '../registry.ts';
import { type Choice, type Destination, type Manifest, type Request, shares } from '../request.ts';
import { type Clusters, connectionsTo, type RouteTable, routeAt, routesAt } from './bootstrap.ts';
import { type Answer, Envoy } from './envoy.ts';
import { gatewayAddress, podAddress } from './managed-gateway.ts';
import { type Configuration, configurationsOf, type ProxyCase } from './pilot.ts';

/** What is expected of the objects of one cluster. */
export interface Expected {
  readonly objects: readonly Manifest[];
  readonly asked: readonly {
    readonly from: 'pod' | 'gateway';
    readonly request: Request;
    readonly choice: Choice;
  }[];
}

export interface Programs {
  readonly pilot: string;
  readonly envoy: string;
}

/** Asks a real Envoy with istiod's routes, and returns one text for each answer that is not the expected one. */
export async function differences(
  programs: Programs,
  gatewayLabels: Readonly<Record<string, string>>,
  all: readonly Expected[],
): Promise<readonly string[]> {
  const proxies = proxiesWith(gatewayLabels);
  const proxyCases = all.flatMap(({ objects }) => proxies.map((proxy) => ({ objects, proxy })));
  const configurations = configurationsOf(programs.pilot, proxyCases);
  const tables = new Map<string, RouteTable>();
  const questions = all.flatMap(({ objects, asked }, index) =>
    asked.map((each) => {
      const { port } = each.request;
      const name = `${index}-${each.from}-${port}`;
      const configuration = configurations[index * 2 + Number(each.from === 'gateway')];
      const table = configuration && routesAt(configuration, port);
      if (table) tables.set(name, table);
      return { ...each, name, table, objects, configuration };
    }),
  );
  await using envoy = await Envoy.start(
    programs.envoy,
    [...tables].map(([name, routes]) => ({ name, routes })),
  );
  const found: string[] = [];
  for (const { name, table, objects, request, choice, configuration } of questions) {
    if (request.protocol === 'tcp') {
      const actual = connection(configuration, request, objects);
      if (JSON.stringify(actual) !== JSON.stringify(choice))
        found.push(text({ name, request, expected: choice, actual }));
      continue;
    }
    const answer = table && (await envoy.ask(name, request));
    const actual = table && answer && choiceOf(answer, table, objects);
    if (JSON.stringify(actual) !== JSON.stringify(choice))
      found.push(
        text({
          name,
          request,
          expected: choice,
          actual,
          route: table && answer?.route && routeAt(table, answer.route),
        }),
      );
  }
  return found;
}

/** Of a pod without a role in the mesh, and of a gateway. */
function proxiesWith(labels: ProxyCase['proxy']['labels']): readonly ProxyCase['proxy'][] {
  return [
    { type: 'sidecar', namespace: 'shop', labels: { app: 'client' }, ip: podAddress },
    { type: 'router', namespace: 'shop', labels, ip: gatewayAddress },
  ];
}

function text(difference: object): string {
  return JSON.stringify(difference, null, 1);
}

/** TCP is not asked: its configuration has but one answer. */
function connection(
  configuration: Configuration | undefined,
  { host, path, port }: Request,
  objects: readonly Manifest[],
): Choice {
  const service = objects.find(
    ({ kind, metadata }) =>
      kind === 'Service' && host.toLowerCase() === `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
  );
  const { clusterIP } = (service?.spec ?? {}) as { readonly clusterIP?: string };
  const clusters = clusterIP && configuration && connectionsTo(configuration, clusterIP, port);
  const destinations = clusters ? destinationsOf(clusters, objects) : [];
  return destinations.length === 0 ? undefined : { destinations, path, host };
}

function choiceOf(
  { route: place, path = '', host = '' }: Answer,
  table: RouteTable,
  objects: readonly Manifest[],
): Choice {
  const route = place === undefined ? undefined : routeAt(table, place)?.route;
  const destinations = destinationsOf(route ?? {}, objects);
  return destinations.length === 0 ? undefined : { destinations, path, host: host.split(':', 1)[0] ?? '' };
}

function destinationsOf(
  { cluster = '', weightedClusters }: Clusters,
  objects: readonly Manifest[],
): readonly Destination[] {
  const weighted = weightedClusters?.clusters ?? [{ name: cluster, weight: 1 }];
  const known = objects.flatMap(registered);
  return shares(
    weighted.flatMap(({ name, weight = 0 }) => {
      // outbound|PORT|SUBSET|HOST; others are istiod's own, for what it does not know.
      const [, port, , to] = name.split('|');
      const found = known.find((each) => each.host === to && each.port === Number(port));
      return found ? [{ host: found.backend, port: found.port, weight }] : [];
    }),
  );
}
