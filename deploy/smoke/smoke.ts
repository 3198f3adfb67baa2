import { type EventBus, eventBridgeBus } from '../../relay/send/event-bus.ts';
import type { ClusterConfig } from '../../shared/model/cluster-config.ts';
import { relaySource } from '../../shared/model/events/event.ts';
import type { Clients } from './aws/clients.ts';
import type { Namespace } from './aws/cloud-map.ts';
import type { RunNames } from './names.ts';
import type { SmokeOptions } from './options.ts';

/** What one run works with. */
export interface Smoke {
  readonly options: SmokeOptions;
  readonly cluster: ClusterConfig;
  readonly clients: Clients;
  readonly names: RunNames;
  readonly bus: EventBus;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Something that a step saw and a later one, or a fact, needs. */
export interface Seen {
  namespace?: Namespace;
  /** The message group of the test pod's event in the test's own queue, and the one it should have. */
  group?: { readonly arrived: string | undefined; readonly expected: string };
  namespaceOperation?: readonly string[];
  serviceId?: string;
}

export const stackOf = ({ stage }: Pick<SmokeOptions, 'stage'>) => `eks-mesh-sync-${stage}`;

export const functionOf = (smoke: Pick<Smoke, 'options'>, name: string) =>
  `${stackOf(smoke.options)}-${name}`;

/** The bus of the stage, for events of the cluster, by the relay's own code. */
export function busOf(clients: Clients, options: SmokeOptions, cluster: string): EventBus {
  return eventBridgeBus(clients.events, stackOf(options), cluster);
}

export const sourceOf = ({ cluster }: Pick<Smoke, 'cluster'>) => relaySource(cluster.name);

/** Works, prints one line about it, and throws what the work throws. */
export async function step<T>(
  { print }: Pick<Smoke, 'print'>,
  title: string,
  work: () => Promise<readonly [evidence: string, T]>,
): Promise<T> {
  const startedAtMs = Date.now();
  const seconds = () => `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
  try {
    const [evidence, result] = await work();
    print(`  ✓ ${title}${evidence && `: ${evidence}`} (${seconds()})`);
    return result;
  } catch (error) {
    print(`  ✗ ${title}: ${(error as Error).message} (${seconds()})`);
    throw error;
  }
}
