import { type Protocol, protocols, type ServicePort } from '../entry.ts';
import { type InstancePort, protocolOfName } from './ports.ts';

/** A port of an instance with the name of the logical port that it is. */
export type LogicalPort = InstancePort & {
  readonly name: string;
  /** The id of the instance. */
  readonly instance: string;
};

export interface ServicePorts {
  readonly ports: readonly ServicePort[];
  /** Names of logical ports for which no number is free. */
  readonly skipped: readonly string[];
}

/**
 * The ports that clients see, one for each logical port. One instance of many does not decide: number and protocol are
 * those that the entry has had, while an instance agrees or says nothing; else those of most instances, and of several the
 * lowest number or the first protocol. A number goes to the port that had it, else to the one of most instances.
 */
export function servicePorts(all: readonly LogicalPort[], remembered: readonly ServicePort[]): ServicePorts {
  const candidates = [...Map.groupBy(all, ({ name }) => name)]
    .map(([name, ports]) => candidateOf(name, ports, remembered))
    .sort((a, b) => a.rank - b.rank || b.size - a.size || (a.name < b.name ? -1 : 1));
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
  const known = remembered.find((port) => port.name === name);
  const isKept = known !== undefined && isSupported(ports, 'serviceNumber', known.number);
  const numbers = [
    ...(isKept ? [known.number] : []),
    ...statedNumbers(ports),
    ...(known === undefined ? [] : [known.number]),
    ...byFrequency(ports.map(({ number }) => number)),
  ];
  return {
    name,
    protocol: protocolFor(name, ports, known),
    numbers,
    rank: isKept ? 0 : 1,
    size: ports.length,
  };
}

function protocolFor(name: string, ports: readonly LogicalPort[], known: ServicePort | undefined): Protocol {
  if (known !== undefined && isSupported(ports, 'protocol', known.protocol)) return known.protocol;
  const byDefault = protocolOfName(name) ?? 'TCP';
  const [most = byDefault] = byFrequency(
    ports.map(({ protocol }) => protocol ?? byDefault),
    rankOfProtocol,
  );
  return most;
}

/** Whether an instance agrees, or leaves it to the others. */
function isSupported<K extends 'serviceNumber' | 'protocol'>(
  ports: readonly LogicalPort[],
  field: K,
  value: LogicalPort[K],
): boolean {
  return ports.some((port) => (port[field] ?? value) === value);
}

/** The numbers for clients. Instances that name none count together: each may listen at a number of its own. */
function statedNumbers(ports: readonly LogicalPort[]): readonly number[] {
  const [listening] = byFrequency(
    ports.flatMap(({ serviceNumber, number }) => (serviceNumber === undefined ? number : [])),
  );
  return byFrequency(ports.flatMap(({ serviceNumber }) => serviceNumber ?? listening ?? []));
}

function rankOfProtocol(protocol: Protocol): number {
  return protocols.indexOf(protocol);
}

/** The different values, the most frequent first, and of several the lowest. */
function byFrequency<T extends string | number>(
  values: readonly T[],
  rankOf: (value: T) => string | number = (value) => value,
): readonly T[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (rankOf(a) < rankOf(b) ? -1 : 1))
    .map(([value]) => value);
}
