import type { Entry } from '../../../plan/entry.ts';
import { byAge } from './by-age.ts';
import type { ProxySources, UsedService } from './sources.ts';

/** What the objects of one other namespace may take of a proxy, whose ConfigMap has 900,000 bytes for all. */
export const maxShareBytes = 200_000;

/** About what a cluster takes, and a virtual host or a route beside its conditions. */
const clusterBytes = 1_500;
const hostBytes = 500;

/**
 * The objects that go beyond the share of their namespace, the youngest first. Without it, who may send requests through a
 * shared gateway could fill its ConfigMap, and nothing of anybody would change there any more.
 */
export function beyondShare({ owner, services, gatewayRoutes }: ProxySources): ReadonlySet<Entry> {
  const sizes = new Map<Entry, number>([
    ...gatewayRoutes.map((route) => [route, 2 * (textBytes(route.content) + hostBytes)] as const),
    ...services.map((used) => [used.service, serviceBytes(used)] as const),
  ]);
  const others = [...sizes.keys()].filter(({ id }) => id.namespace !== owner.id.namespace);
  const beyond = new Set<Entry>();
  for (const entries of Map.groupBy(others, ({ id }) => id.namespace).values()) {
    let bytes = 0;
    for (const entry of entries.toSorted(byAge)) {
      bytes += sizes.get(entry) ?? 0;
      if (bytes > maxShareBytes) beyond.add(entry);
    }
  }
  return beyond;
}

function serviceBytes({ router, nodes }: UsedService): number {
  const routes = router?.content.spec.routes ?? [];
  return hostBytes * (routes.length + 1) + textBytes(routes) + clusterBytes * nodes.length;
}

function textBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
