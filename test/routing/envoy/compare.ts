import { registered } from '../registry.ts';
import { type Choice, type Manifest, type Request, shares } from '../request.ts';
import { type RouteTable, routeAt, routesAt } from './bootstrap.ts';
import { type Answer, Envoy } from './envoy.ts';
import { gatewayAddress, podAddress } from './managed-gateway.ts';
import { configurationsOf, type ProxyCase } from './pilot.ts';

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
      return { ...each, name, table, objects };
    }),
  );
  await using envoy = await Envoy.start(
    programs.envoy,
    [...tables].map(([name, routes]) => ({ name, routes })),
  );
  const found: string[] = [];
  for (const { name, table, objects, request, choice } of questions) {
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

function choiceOf(
  { route: place, path = '', host = '' }: Answer,
  table: RouteTable,
  objects: readonly Manifest[],
): Choice {
  const route = place === undefined ? undefined : routeAt(table, place)?.route;
  const weighted = route?.weightedClusters?.clusters ?? [{ name: route?.cluster ?? '', weight: 1 }];
  const known = objects.flatMap(registered);
  const destinations = weighted.flatMap(({ name, weight = 0 }) => {
    // outbound|PORT|SUBSET|HOST; others are istiod's own, for what it does not know.
    const [, port, , to] = name.split('|');
    const found = known.find((each) => each.host === to && each.port === Number(port));
    return found ? [{ host: found.backend, port: found.port, weight }] : [];
  });
  if (destinations.length === 0) return undefined;
  return { destinations: shares(destinations), path, host: host.split(':', 1)[0] ?? '' };
}
