import type { Snapshot } from '@eks-mesh-sync/embedded-aws/cloud-map/snapshot.ts';
import { printable, printableLine } from '../shared/model/printable.ts';

export type Report = (text: string) => void;

const startedAtMs = performance.now();

/** Prints one line with the seconds since the start. */
export const report: Report = (text) => {
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(7)} s  ${printable(text)}\n`);
};

interface InstanceState {
  readonly place: string;
  readonly text: string;
  readonly health: string;
  readonly attributes: string;
}

const pollMs = 50;

/** Reports changes of an embedded service. */
export interface Reporter {
  /** Reports the changes up to now immediately. */
  flush(): void;
  stop(): void;
}

/** `changes` describes the difference between two states, one change per line. */
export function reportChanges<State>(
  read: () => State,
  changes: (before: State, after: State) => readonly string[],
  report: Report,
): Reporter {
  let reported = read();
  const flush = () => {
    const now = read();
    for (const text of changes(reported, now)) report(printableLine(text));
    reported = now;
  };
  const timer = setInterval(flush, pollMs);
  return { flush, stop: () => clearInterval(timer) };
}

/** Reports changes of the instances in the embedded Cloud Map. */
export function reportInstances(snapshot: () => Snapshot, report: Report): Reporter {
  return reportChanges(() => instancesOf(snapshot()), changes, report);
}

/** The changes, one per line. */
export function changes(
  before: ReadonlyMap<string, InstanceState>,
  after: ReadonlyMap<string, InstanceState>,
): string[] {
  const deregistered = [...before]
    .filter(([key]) => !after.has(key))
    .map(([, { text, place }]) => `${place}: ${text} deregistered`);
  const others = [...after].flatMap(([key, instance]) => changeOf(before.get(key), instance) ?? []);
  return [...deregistered, ...others];
}

function changeOf(before: InstanceState | undefined, after: InstanceState): string | undefined {
  if (before === undefined) return `${after.place}: ${after.text} registered, ${after.health}`;
  if (before.health !== after.health) return `${after.place}: ${after.text} is now ${after.health}`;
  return before.attributes === after.attributes
    ? undefined
    : `${after.place}: attributes of ${after.text} updated`;
}

export function instancesOf({ namespaces }: Snapshot): ReadonlyMap<string, InstanceState> {
  const entries = namespaces.flatMap((namespace) =>
    namespace.services.flatMap((service) =>
      Object.entries(service.instances).map(([id, { attributes, health }]): [string, InstanceState] => [
        `${service.id}/${id}`,
        {
          place: `${namespace.name}/${service.name}`,
          text: `instance ${id} (${attributes['k8s.io/pod'] ?? 'no pod'})`,
          health,
          attributes: JSON.stringify(attributes),
        },
      ]),
    ),
  );
  return new Map(entries);
}
