import type { Fields } from '../typed.ts';

interface VirtualHost {
  readonly name: string;
  readonly routes?: readonly Fields[];
}

/**
 * A route table of a gateway with the routes of some names as they are in the cluster. Each stays before the route that
 * followed it there; without one, it comes last. `names`: those of `Kept.routes`.
 */
export function keptRoutes(live: Fields, desired: Fields, names: readonly string[]): Fields {
  const before = hostsOf(live);
  return {
    ...desired,
    virtual_hosts: hostsOf(desired).map((host) => {
      const routes = before.find(({ name }) => name === host.name)?.routes ?? [];
      return { ...host, routes: merged(routes, host.routes ?? [], new Set(names)) };
    }),
  };
}

function hostsOf({ virtual_hosts = [] }: Fields): readonly VirtualHost[] {
  return virtual_hosts as readonly VirtualHost[];
}

function merged(
  live: readonly Fields[],
  desired: readonly Fields[],
  names: ReadonlySet<unknown>,
): readonly Fields[] {
  const wanted = new Set(desired.map(({ name }) => name));
  const isKept = ({ name }: Fields) => names.has(name) && !wanted.has(name);
  const following = (at: number) => live.slice(at + 1).find(({ name }) => wanted.has(name))?.name;
  const kept = live.flatMap((route, at) => (isKept(route) ? [{ route, before: following(at) }] : []));
  const placed = (name: unknown) => kept.filter(({ before }) => before === name).map(({ route }) => route);
  const first = new Set(
    desired.filter(({ name }, at) => desired.findIndex((each) => each.name === name) === at),
  );
  return [
    ...desired.flatMap((route) => [...(first.has(route) ? placed(route.name) : []), route]),
    ...placed(undefined),
  ];
}
