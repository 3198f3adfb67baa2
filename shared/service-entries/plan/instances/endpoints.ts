import { compareText } from '../compare-text.ts';
import type { EntryEndpoint } from '../entry.ts';
import type { InstanceAddress } from './address.ts';
import type { LogicalPort } from './service-ports.ts';

/** An instance as the endpoints need it. */
export interface EndpointSource extends Pick<EntryEndpoint, 'labels' | 'locality' | 'weight'> {
  readonly id: string;
  readonly addresses: readonly InstanceAddress[];
  readonly ports: readonly LogicalPort[];
}

interface Slot extends Pick<EntryEndpoint, 'labels' | 'locality' | 'weight'> {
  readonly ports: Map<string, number>;
}

/**
 * The endpoints, sorted, with the ports that the entry has. Instances of one address are one endpoint if their ports differ in name, as the MCS controller
 * registers them; several endpoints if one name has several numbers, as tasks on one host have.
 */
export function endpointsOf(
  instances: readonly EndpointSource[],
  portNames: ReadonlySet<string>,
): readonly EntryEndpoint[] {
  const slots = new Map<string, Slot[]>();
  for (const instance of instances.toSorted((a, b) => compareText(a.id, b.id))) {
    const ports = instance.ports.filter(({ name }) => portNames.has(name));
    for (const { address } of ports.length > 0 ? instance.addresses : []) {
      const ofAddress = slots.get(address) ?? [];
      slots.set(address, ofAddress);
      addTo(ofAddress, { ...instance, ports });
    }
  }
  return [...slots]
    .flatMap(([address, ofAddress]) => {
      complete(ofAddress);
      return ofAddress.map(({ ports, ...traits }) => ({ address, ports: sorted(ports), ...traits }));
    })
    .sort((a, b) => compareText(a.address, b.address) || compareText(portText(a), portText(b)));
}

function addTo(slots: Slot[], { labels, locality, weight, ports }: EndpointSource): void {
  const slot = slots.find((each) =>
    ports.every(({ name, number }) => (each.ports.get(name) ?? number) === number),
  );
  const its = slot ?? {
    ports: new Map(),
    ...(labels && { labels }),
    ...(locality !== undefined && { locality }),
    ...(weight !== undefined && { weight }),
  };
  for (const { name, number } of ports) its.ports.set(name, number);
  if (slot === undefined) slots.push(its);
}

/** Istio sends requests for a port that an endpoint does not name to the number of the service's port. */
function complete(slots: readonly Slot[]): void {
  for (const { ports } of slots)
    for (const other of slots)
      for (const [name, number] of other.ports) if (!ports.has(name)) ports.set(name, number);
}

function sorted(ports: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...ports].sort(([a], [b]) => compareText(a, b)));
}

function portText({ ports }: EntryEndpoint): string {
  return JSON.stringify(ports);
}
