import { namedIn } from '../../../../../shared/mesh/targets/envoy/stages/named-in.ts';
import { proxyStateOf } from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import {
  type Files,
  isFirstHop,
  listIn,
  nameOf,
} from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';

export interface Write {
  readonly files: Files;
  readonly atMs: number;
}

const states = new WeakMap<Files, ReturnType<typeof proxyStateOf>>();

function stateOf(files: Files) {
  const state = states.get(files) ?? proxyStateOf(files);
  states.set(files, state);
  return state;
}

const parts = ['listeners', 'firstHop', 'secondHop', 'clusters'] as const;
type Part = (typeof parts)[number];

/** What requests would miss in a proxy that has each part of its files from one of two writes. */
function missing(of: Readonly<Record<Part, Files>>, both: readonly Files[]): readonly string[] {
  const from = (part: Part) => stateOf(of[part]);
  const listeners = [...from('listeners').listeners.values()];
  const { clusters, files } = namedIn(listeners);
  const tableOf = (file: string) => {
    const chosen = of[isFirstHop(file) ? 'firstHop' : 'secondHop'];
    // Envoy has a former table only if a listener of that time named it; else it reads the file as it is now.
    const candidates = namesFile(chosen, file) ? [chosen, ...both] : [of.listeners, ...both];
    return candidates.map((each) => stateOf(each).routes.get(file)).find((table) => table !== undefined);
  };
  const tables = [...files].map((file) => ({ file, table: tableOf(file) }));
  const first = tables.filter(({ file }) => isFirstHop(file));
  const second = tables.filter(({ file }) => !isFirstHop(file));
  const hosts = second.flatMap(({ table }) => listIn(table, 'virtual_hosts'));
  const named = namedIn(first).hosts;
  const reached = first.length === 0 ? hosts : hosts.filter((host) => named.has(nameOf(host)));
  const all = [...clusters, ...namedIn([first, reached]).clusters];
  return [
    ...tables.filter(({ table }) => table === undefined).map(({ file }) => file),
    ...[...named].filter((name) => !hosts.some((host) => nameOf(host) === name)),
    ...all.filter((name) => !from('clusters').clusters.has(name)),
  ];
}

function namesFile(files: Files, file: string): boolean {
  return namedIn([...stateOf(files).listeners.values()]).files.has(file);
}

/** Envoy reads the files of one swap independently of each other. */
function faultsBetween(a: Files, b: Files): readonly string[] {
  const choices = Array.from({ length: 2 ** parts.length }, (_, bits) =>
    parts.map((part, index) => [part, (bits >> index) & 1 ? a : b] as const),
  );
  const all = choices.flatMap((choice) => missing(Object.fromEntries(choice) as Record<Part, Files>, [a, b]));
  return [...new Set(all)];
}

/** A proxy goes from one write to a later one as long as a write is read within the time to settle. */
export function faultsIn(writes: readonly Write[], settleMs: number): readonly unknown[] {
  return writes.flatMap((from, index) =>
    writes.slice(index).flatMap((to, distance) => {
      const successor = writes[index + 1] ?? to;
      if (distance > 1 && to.atMs >= successor.atMs + settleMs) return [];
      return faultsBetween(from.files, to.files).map((fault) => ({
        from: index,
        to: index + distance,
        fault,
      }));
    }),
  );
}
