import type { Snapshot } from '@eks-mesh-sync/embedded-aws/cloud-map/snapshot.ts';

export type Report = (text: string) => void;

const startedAtMs = performance.now();

/** One line for something that has happened, with the seconds since the start. */
export const report: Report = (text) => {
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(7)} s  ${text}\n`);
};

interface Seen {
  readonly place: string;
  readonly text: string;
  readonly health: string;
  readonly attributes: string;
}

const pollMs = 50;

/** Reports what changes in an embedded service. */
export interface Reporter {
  /** Reports at once what has happened up to now. */
  flush(): void;
  stop(): void;
}

/** `changes` puts the difference between two states into words, a line for each. */
export function reportChanges<State>(
  read: () => State,
  changes: (before: State, after: State) => readonly string[],
  tell: Report,
): Reporter {
  let seen = read();
  const flush = () => {
    const now = read();
    for (const text of changes(seen, now)) tell(text);
    seen = now;
  };
  const timer = setInterval(flush, pollMs);
  return { flush, stop: () => clearInterval(timer) };
}

/** Reports what happens to the instances of the embedded Cloud Map. */
export function reportInstances(snapshot: () => Snapshot, tell: Report): Reporter {
  return reportChanges(() => instancesOf(snapshot()), changes, tell);
}

/** What has changed, a line each. */
export function changes(before: ReadonlyMap<string, Seen>, after: ReadonlyMap<string, Seen>): string[] {
  const gone = [...before]
    .filter(([key]) => !after.has(key))
    .map(([, { text, place }]) => `${text} left ${place}`);
  const others = [...after].flatMap(([key, instance]) => changeOf(before.get(key), instance) ?? []);
  return [...gone, ...others];
}

function changeOf(before: Seen | undefined, after: Seen): string | undefined {
  if (before === undefined) return `${after.text} is in ${after.place}, ${after.health}`;
  if (before.health !== after.health) return `${after.text} in ${after.place} is ${after.health}`;
  return before.attributes === after.attributes
    ? undefined
    : `${after.text} in ${after.place} has new attributes`;
}

export function instancesOf({ namespaces }: Snapshot): ReadonlyMap<string, Seen> {
  const entries = namespaces.flatMap((namespace) =>
    namespace.services.flatMap((service) =>
      Object.entries(service.instances).map(([id, { attributes, health }]): [string, Seen] => [
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
