import type { Place } from '../../../model/commands/place.ts';
import type { Drain } from '../../../model/records/drain.ts';
import { drainedMessage } from '../../../pods/plan/drained.ts';
import type { Cause } from '../explained.ts';
import { endDrainCommand } from '../resync-command.ts';

/** The drained clusters, by name. */
export type Drains = ReadonlyMap<string, Drain>;

export function drainedCause(cluster: string, drain: Drain, place: Place): Cause {
  return {
    kind: 'ClusterDrained',
    reason: drainedMessage(cluster, drain),
    advice: `Nothing, if the cluster is to stay drained. To register all its pods again: ${endDrainCommand(place, cluster)}`,
  };
}

/** Nothing was found in Cloud Map. If all clusters are drained, that is why; if some are, it may be. */
export function notFoundCause(
  cause: Cause,
  drains: Drains,
  clusters: readonly string[],
  place: Place,
): Cause {
  const [first] = drains;
  if (first === undefined) return cause;
  const [cluster, drain] = first;
  const reason = `${cause.reason}; ${drainedMessage(cluster, drain)}`;
  const isCause = clusters.every((name) => drains.has(name));
  return isCause ? { ...drainedCause(cluster, drain, place), reason } : { ...cause, reason };
}

/** For each drained cluster a line. */
export function drainLines(drained: readonly DrainedCluster[]): readonly string[] {
  return drained.map(({ cluster, since }) => `drained: cluster ${cluster}, since ${since}`);
}

export interface DrainedCluster {
  readonly cluster: string;
  readonly since: string;
}

/** Of these clusters the drained ones. */
export function drainedAmong(
  drains: Drains,
  clusters: Iterable<string | undefined>,
): readonly DrainedCluster[] {
  const among = new Set(clusters);
  return [...drains]
    .filter(([cluster]) => among.has(cluster))
    .map(([cluster, { sinceMs }]) => ({ cluster, since: new Date(sinceMs).toISOString() }));
}
