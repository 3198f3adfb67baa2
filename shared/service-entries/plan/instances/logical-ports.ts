import type { ServicePort } from '../entry.ts';
import { type InstancePort, standardPort } from './ports.ts';

/**
 * The name of the logical port that each port of an instance is. A port without a name is one logical port in all
 * instances, whatever number each has: several tasks on one host, or an old and a new version.
 *
 * | the instances' ports    | is                                                                                 |
 * |-------------------------|------------------------------------------------------------------------------------|
 * | named                   | the port of that name                                                              |
 * | unnamed, 80 or 443      | `http`, `https`                                                                    |
 * | unnamed, another number | one with the one other port that there is; else the one that there was; else `tcp` |
 *
 * The name of two that are one: the one that the entry has had; else the one of most instances.
 */
export function nameOfPort(
  all: readonly InstancePort[],
  remembered: readonly ServicePort[],
): (port: InstancePort) => string {
  const named = new Set(all.flatMap(({ name }) => name ?? []));
  const former = remembered.map(({ name }) => name);
  const isAnonymous = all.some(isUnnamed);
  if (isAnonymous && named.size === 0 && onlyOne(former) === 'tcp') return () => 'tcp';
  const other = partner(all, named);
  const joined = isAnonymous ? joinedName(all, { named, former, other }) : 'tcp';
  return (port) => {
    const own = port.name ?? standardPort(port.number).name;
    return isUnnamed(port) || (isAnonymous && own === other) ? joined : own;
  };
}

interface Names {
  readonly named: ReadonlySet<string>;
  readonly former: readonly string[];
  /** The port that unnamed ports are one with. */
  readonly other: string | undefined;
}

/** The one other port: `tcp` if it is named so, else the only one that is named, else the only one with a standard number. */
function partner(all: readonly InstancePort[], named: ReadonlySet<string>): string | undefined {
  if (named.has('tcp')) return 'tcp';
  return onlyOne(named.size > 0 ? [...named] : [...standardNames(all)]);
}

function joinedName(all: readonly InstancePort[], { named, former, other }: Names): string {
  const separate = new Set([...named, ...standardNames(all)]);
  if (other !== undefined) separate.delete(other);
  const only = named.size === 1 ? onlyOne(former) : undefined;
  const known = only ?? onlyOne(former.filter((name) => !separate.has(name)));
  if (known !== undefined) return known;
  return other !== undefined && isMajority(all, other) ? other : 'tcp';
}

/** Whether as many ports have the name as there are without one. */
function isMajority(all: readonly InstancePort[], name: string): boolean {
  const having = all.filter((port) => (port.name ?? standardPort(port.number).name) === name);
  return having.length >= all.filter(isUnnamed).length;
}

function standardNames(all: readonly InstancePort[]): ReadonlySet<string> {
  const unnamed = all.filter(({ name }) => name === undefined);
  return new Set(unnamed.map(({ number }) => standardPort(number).name).filter((name) => name !== 'tcp'));
}

function isUnnamed({ name, number }: InstancePort): boolean {
  return name === undefined && standardPort(number).name === 'tcp';
}

function onlyOne(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}
