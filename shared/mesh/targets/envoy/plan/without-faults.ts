import type { Entry } from '../../../plan/entry.ts';
import { type EnvoyFault, faultsOfPart } from '../check/faults.ts';
import type { Part } from '../translate/proxy.ts';
import { byAge } from './by-age.ts';

/** A proxy of which Envoy refuses nothing, except for the owner's own faults. */
export interface Checked {
  readonly part: Part;
  /** Of the owner alone. */
  readonly faults: readonly EnvoyFault[];
  /** Objects that are left out, since with them Envoy would refuse something: what the proxy has of them stays as it is. */
  readonly leftOut: ReadonlyMap<Entry, EnvoyFault>;
}

/**
 * Makes a proxy without the objects of others that Envoy would refuse in it: no virtual service and no gateway route may hold
 * up a proxy that others use, too. The reports name every such fault on its object before, as far as is known; this is for those
 * that are not. Objects are added in the order of their age: of two that do not fit together, the later is left out.
 */
export function withoutFaults(
  make: (isRefused: (entry: Entry) => boolean) => Part,
  others: readonly Entry[],
  isRefused: (entry: Entry) => boolean,
): Checked {
  const whole = make(isRefused);
  const faults = faultsOfPart(whole);
  if (faults.length === 0) return { part: whole, faults, leftOut: new Map() };
  const without = new Set(others);
  const makeNext = () => make((entry) => without.has(entry) || isRefused(entry));
  const own = faultsOfPart(makeNext());
  if (own.length > 0) return { part: whole, faults: own, leftOut: new Map() };
  const leftOut = new Map<Entry, EnvoyFault>();
  // By halves: most objects have no fault, and a proxy may have hundreds.
  const add = (entries: readonly Entry[]): void => {
    for (const entry of entries) without.delete(entry);
    const [fault] = faultsOfPart(makeNext());
    if (fault === undefined) return;
    for (const entry of entries) without.add(entry);
    const [first] = entries;
    if (entries.length === 1 && first) leftOut.set(first, fault);
    if (entries.length < 2) return;
    const half = entries.length / 2;
    add(entries.slice(0, half));
    add(entries.slice(half));
  };
  add(others.toSorted(byAge));
  return { part: makeNext(), faults: [], leftOut };
}
