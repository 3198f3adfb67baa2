import type { Fields } from '../typed.ts';

interface VirtualHost {
  readonly name: string;
  readonly routes?: readonly Fields[];
}

/**
 * A route table of a gateway with the routes of some names as they are in the cluster: in the place of those of the same
 * name, or before the route that followed them there; without one, they come last. `names`: those of `Kept.routes`.
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
  const following = (at: number) => live.slice(at + 1).find(({ name }) => wanted.has(name))?.name;
  const kept = live.flatMap((route, at) => {
    if (!names.has(route.name)) return [];
    return [{ route, before: wanted.has(route.name) ? route.name : following(at) }];
  });
  const replaced = new Set(kept.map(({ route }) => route.name));
  const placed = (name: unknown) => kept.filter(({ before }) => before === name).map(({ route }) => route);
  const isFirst = (name: unknown, at: number) => desired.findIndex((each) => each.name === name) === at;
  return [
    ...desired.flatMap((route, at) => [
      ...(isFirst(route.name, at) ? placed(route.name) : []),
      ...(replaced.has(route.name) ? [] : [route]),
    ]),
    ...placed(undefined),
  ];
}
