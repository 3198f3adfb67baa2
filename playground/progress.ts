import { isDeepStrictEqual } from 'node:util';
import type { Snapshot } from '@eks-mesh-sync/embedded-aws/cloud-map/snapshot.ts';
import { printable, printableLine } from '../shared/model/text/printable.ts';
import { type Change, PacedLines } from './paced-lines.ts';

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
  readonly attributes: Readonly<Record<string, string>>;
}

const pollMs = 50;
/** A large state is read less often, so that reading it takes a twentieth of the time. */
const maxShare = 1 / 20;
const maxPollMs = 1_000;

/** Reports changes of an embedded service. */
export interface Reporter {
  /** Reports the changes up to now immediately. */
  flush(): void;
  stop(): void;
}

interface Reported<State> {
  readonly read: () => State;
  /** The difference between two states. */
  readonly changes: (before: State, after: State) => readonly Change[];
  /** The line for many changes at once. */
  readonly summarize: (counts: string, state: State) => string;
}

export function reportChanges<State>(
  { read, changes, summarize }: Reported<State>,
  report: Report,
): Reporter {
  let reported = read();
  const lines = new PacedLines({
    report: (text) => report(printableLine(text)),
    summarize: (counts) => summarize(counts, reported),
  });
  const observe = () => {
    const before = reported;
    reported = read();
    lines.add(changes(before, reported));
  };
  let timer: NodeJS.Timeout;
  const poll = (afterMs: number) => {
    timer = setTimeout(() => {
      const startedMs = performance.now();
      observe();
      const tookMs = performance.now() - startedMs;
      poll(Math.min(maxPollMs, Math.max(pollMs, tookMs / maxShare)));
    }, afterMs);
  };
  poll(pollMs);
  return {
    flush: () => {
      observe();
      lines.flush();
    },
    stop: () => clearTimeout(timer),
  };
}

/** Reports changes of the instances in the embedded Cloud Map. `queuedPods`: how many pods have a message that is not processed. */
export function reportInstances(
  snapshot: () => Snapshot,
  report: Report,
  queuedPods: () => number = () => 0,
): Reporter {
  const summarize = (counts: string, { size }: ReadonlyMap<string, InstanceState>) =>
    `Cloud Map: ${counts}; ${numberText(size)} instances in all, ${numberText(queuedPods())} pods are queued`;
  return reportChanges({ read: () => instancesOf(snapshot()), changes, summarize }, report);
}

function numberText(count: number): string {
  return count.toLocaleString('en');
}

/** The changes, deregistrations first. */
export function changes(
  before: ReadonlyMap<string, InstanceState>,
  after: ReadonlyMap<string, InstanceState>,
): Change[] {
  const deregistered = [...before]
    .filter(([key]) => !after.has(key))
    .map(([, { text, place }]) => ({ what: 'deregistered', text: `${place}: ${text} deregistered` }));
  const others = [...after].flatMap(([key, instance]) => changeOf(before.get(key), instance) ?? []);
  return [...deregistered, ...others];
}

function changeOf(before: InstanceState | undefined, after: InstanceState): Change | undefined {
  const { place, text, health } = after;
  if (before === undefined) return { what: 'registered', text: `${place}: ${text} registered, ${health}` };
  if (before.health !== health) return { what: `now ${health}`, text: `${place}: ${text} is now ${health}` };
  const isSame =
    before.attributes === after.attributes || isDeepStrictEqual(before.attributes, after.attributes);
  return isSame ? undefined : { what: 'updated', text: `${place}: attributes of ${text} updated` };
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
          attributes,
        },
      ]),
    ),
  );
  return new Map(entries);
}
