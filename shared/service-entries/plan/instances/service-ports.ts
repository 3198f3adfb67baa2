import type { ServicePort } from '../entry.ts';
import { type InstancePort, protocolOfName, standardPort } from './ports.ts';

/** A port of an instance with the name of the logical port that it is. */
export type LogicalPort = InstancePort & { readonly name: string };

/**
 * The name of the logical port that each port of an instance is. A port without a name is one logical port in all
 * instances, whatever number each has: several tasks on one host, or an old and a new version.
 *
 * | the instances' ports                   | is                                                         |
 * |----------------------------------------|------------------------------------------------------------|
 * | named                                  | the port of that name                                      |
 * | unnamed, 80 or 443                     | `http`, `https`; `tcp` if so far the entry had only `tcp`, |
 * |                                        | for as long as instances with other numbers are there      |
 * | unnamed, another number                | the one other port that there is, or was; else `tcp`       |
 */
export function nameOfPort(
  all: readonly InstancePort[],
  remembered: readonly ServicePort[],
): (port: InstancePort) => string {
  const named = new Set(all.flatMap(({ name }) => name ?? []));
  const standard = new Set(
    all.flatMap((port) => (port.name === undefined ? standardPort(port.number).name : [])),
  );
  const former = remembered.map(({ name }) => name);
  const isFormerlyTcp = named.size === 0 && standard.size > 1 && former.length === 1 && former[0] === 'tcp';
  const tcpName = nameOfTcp(named, standard, former);
  return ({ name, number }) => {
    if (name !== undefined) return name;
    const own = standardPort(number).name;
    if (isFormerlyTcp) return 'tcp';
    return own === 'tcp' ? tcpName : own;
  };
}

/** The logical port of unnamed ports with no standard number. */
function nameOfTcp(
  named: ReadonlySet<string>,
  standard: ReadonlySet<string>,
  former: readonly string[],
): string {
  if (named.has('tcp')) return 'tcp';
  const others = named.size > 0 ? [...named] : [...standard].filter((name) => name !== 'tcp');
  return onlyOne(others.length > 0 ? others : former) ?? 'tcp';
}

function onlyOne(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

export interface ServicePorts {
  readonly ports: readonly ServicePort[];
  /** Names of logical ports for which no number is free. */
  readonly skipped: readonly string[];
}

/**
 * The ports that clients see, one for each logical port. Its number: the one that instances name for clients; else the one
 * that it has had in the entry, so that it stays while instances come and go; else the one that most instances listen at,
 * and the lowest of several.
 */
export function servicePorts(all: readonly LogicalPort[], remembered: readonly ServicePort[]): ServicePorts {
  const candidates = [...Map.groupBy(all, ({ name }) => name)]
    .map(([name, ports]) => candidateOf(name, ports, remembered))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  const taken = new Set<number>();
  const [ports, skipped]: [ServicePort[], string[]] = [[], []];
  for (const { name, protocol, numbers } of candidates) {
    const number = numbers.find((each) => !taken.has(each));
    if (number === undefined) skipped.push(name);
    else ports.push({ number, name, protocol });
    taken.add(number ?? 0);
  }
  return { ports: ports.sort((a, b) => a.number - b.number), skipped };
}

/** `rank`: who chooses first among the numbers. */
function candidateOf(name: string, ports: readonly LogicalPort[], remembered: readonly ServicePort[]) {
  const given = byFrequency(ports.flatMap(({ serviceNumber }) => serviceNumber ?? []));
  const known = remembered.filter((port) => port.name === name);
  const [stated] = byFrequency(ports.flatMap((port) => port.protocol ?? []));
  const protocol = stated ?? known[0]?.protocol ?? protocolOfName(name) ?? 'TCP';
  const numbers = [
    ...given,
    ...known.map(({ number }) => number),
    ...byFrequency(ports.map(({ number }) => number)),
  ];
  return { name, protocol, numbers, rank: given.length > 0 ? 0 : known.length > 0 ? 1 : 2 };
}

/** The different values, the most frequent first, and of several the lowest. */
function byFrequency<T extends string | number>(values: readonly T[]): readonly T[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([value]) => value);
}
