import { chainsByPort, isOutbound } from './keys.ts';
import { namedIn } from './named-in.ts';
import { type Change, isReady, isTableHere } from './readiness.ts';
import { isSameResource, listIn, type Resource } from './resource-file.ts';
import { withInspection } from './with-inspection.ts';

/** The listeners as desired as far as they may be taken, and all that are not wanted any more until the others are. */
export function nextListeners(
  change: Change,
  routes: ReadonlyMap<string, Resource>,
): ReadonlyMap<string, Resource> {
  const { was, want } = change;
  const taken = new Map(
    [...want.listeners].flatMap(([name, wanted]) => {
      const next = nextListener(wanted, was.listeners.get(name), change, routes);
      return next === undefined ? [] : [[name, next] as const];
    }),
  );
  const isWhole = [...want.listeners].every(([name, wanted]) => isSameResource(taken.get(name), wanted));
  return isWhole ? taken : withRetained(taken, was.listeners);
}

/** An address has one listener. */
function withRetained(
  taken: ReadonlyMap<string, Resource>,
  present: ReadonlyMap<string, Resource>,
): ReadonlyMap<string, Resource> {
  const addresses = new Set([...taken.values()].map(({ address }) => JSON.stringify(address)));
  const retained = [...present].filter(
    ([name, { address }]) =>
      !taken.has(name) && !(address !== undefined && addresses.has(JSON.stringify(address))),
  );
  return new Map([...taken, ...retained]);
}

/** An outbound listener of which some ports have to wait has the live filter chains for these, and others for a while. */
function nextListener(
  wanted: Resource,
  present: Resource | undefined,
  change: Change,
  routes: ReadonlyMap<string, Resource>,
): Resource | undefined {
  const isOpen = (resource: Resource) =>
    isReady(resource, change) && [...namedIn(resource).files].every((file) => isTable(file, change, routes));
  if (isOpen(wanted)) return wanted;
  const { filter_chains: _, ...frame } = wanted;
  if (present === undefined || !isOutbound(wanted) || !isOpen(frame)) return present;
  const [before, after] = [chainsByPort(present), chainsByPort(wanted)];
  const chains = [...after].map(([port, each]) => (each.every(isOpen) ? each : (before.get(port) ?? [])));
  const left = [...before].filter(([port]) => !after.has(port) && !change.settled.mayRemove(port));
  const all = [...chains, ...left.map(([, each]) => each)].flat();
  return all.length > 0 ? withInspection({ ...wanted, filter_chains: all }) : present;
}

/** A table that is not whole yet is new if no listener leads to it: it gets time to become so. */
function isTable(file: string, change: Change, routes: ReadonlyMap<string, Resource>): boolean {
  const wanted = change.want.routes.get(file);
  const next = routes.get(file);
  if (wanted === undefined) return true;
  return isSameResource(next, wanted) || (isTableHere(file, change) && hasRoutes(next));
}

function hasRoutes(table: Resource | undefined): boolean {
  return listIn(table, 'virtual_hosts').some((host) => listIn(host, 'routes').length > 0);
}
