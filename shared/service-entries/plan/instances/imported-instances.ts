import type { ServiceEntriesConfig } from '../../../model/config/service-entries.ts';
import { counted } from '../../../model/text/printable.ts';
import type { CloudMapInstance, CloudMapServiceView } from '../cloud-map-view.ts';
import type { ServicePort } from '../entry.ts';
import type { EntryNote } from '../entry-plan.ts';
import { addressesOf } from './address.ts';
import { isAvailable, isOfCluster } from './available.ts';
import type { EndpointSource } from './endpoints.ts';
import { nameOfPort } from './logical-ports.ts';
import { hasInvalidPort, type InstancePort, portsOf } from './ports.ts';
import type { LogicalPort } from './service-ports.ts';
import { hasInvalidWeight, traitsOf } from './traits.ts';

export interface ImportedInstances {
  /** The instances that get requests. */
  readonly available: readonly EndpointSource[];
  /**
   * Ports of all that are registered, healthy or not, and whether one of them has a name instead of an IP address: what
   * changes the entry itself does not depend on health.
   */
  readonly ports: readonly LogicalPort[];
  readonly hasNames: boolean;
  /** How many are pods of this cluster and therefore left out. */
  readonly ownPods: number;
  readonly notes: readonly EntryNote[];
}

interface ReadInstance {
  readonly instance: CloudMapInstance;
  readonly addresses: ReturnType<typeof addressesOf>;
  readonly ports: readonly InstancePort[];
}

/** What of a service's instances is imported. */
export function importedInstances(
  service: CloudMapServiceView & { readonly instances: readonly CloudMapInstance[] },
  cluster: string,
  options: ServiceEntriesConfig,
  remembered: readonly ServicePort[],
): ImportedInstances {
  const others = service.instances.filter(
    (instance) => options.importOwnPods || !isOfCluster(instance, cluster),
  );
  const skips = new Map<string, string[]>();
  const read = others.flatMap((instance) => readInstance(instance, options, skips) ?? []);
  const nameOf = nameOfPort(
    read.flatMap(({ ports }) => ports),
    remembered,
  );
  const named = read.map(({ instance, addresses, ports }) => ({
    instance,
    addresses,
    ports: ports.map((port) => ({ ...port, name: nameOf(port), instance: instance.id })),
  }));
  return {
    available: named
      .filter(({ instance }) => isAvailable(instance, options))
      .map(({ instance: { id, attributes }, ...rest }) => ({
        id,
        ...rest,
        ...traitsOf(attributes, service.namespace.region, options),
      })),
    ports: named.flatMap(({ ports }) => ports),
    hasNames: named.some(({ addresses }) => addresses.some(({ isName }) => isName)),
    ownPods: service.instances.length - others.length,
    notes: [...[...skips].map(([reason, ids]) => skippedNote(reason, ids)), ...invalidNotes(named, options)],
  };
}

function readInstance(
  instance: CloudMapInstance,
  options: ServiceEntriesConfig,
  skips: Map<string, string[]>,
): ReadInstance | undefined {
  const addresses = addressesOf(instance.attributes, options);
  const ports = portsOf(instance.attributes, options);
  if (addresses.length > 0 && ports !== null) return { instance, addresses, ports };
  const reason =
    ports === null
      ? 'the protocol of its port is not one that Istio routes'
      : 'it has no valid AWS_INSTANCE_IPV4, AWS_INSTANCE_IPV6, AWS_INSTANCE_CNAME or AWS_ALIAS_DNS_NAME';
  skips.set(reason, [...(skips.get(reason) ?? []), instance.id]);
  return undefined;
}

function invalidNotes(
  read: readonly { readonly instance: CloudMapInstance }[],
  options: ServiceEntriesConfig,
): readonly EntryNote[] {
  const noteOf = (isInvalid: (attributes: CloudMapInstance['attributes']) => boolean, text: string) => {
    const ids = read.flatMap(({ instance: { id, attributes } }) => (isInvalid(attributes) ? [id] : []));
    const [first] = ids.toSorted();
    if (first === undefined) return [];
    return [
      {
        kind: 'InvalidAttribute' as const,
        message: `${text}: ${counted(ids.length, 'instance')}; the first is ${first}`,
      },
    ];
  };
  return [
    ...noteOf(hasInvalidPort, 'AWS_INSTANCE_PORT is no port number, and the default ports are used instead'),
    ...noteOf(
      (attributes) => hasInvalidWeight(attributes, options),
      `${options.weightAttribute} is no integer from 0 to 1,000,000, and is ignored`,
    ),
  ];
}

function skippedNote(reason: string, ids: readonly string[]): EntryNote {
  const [first] = ids.toSorted();
  const which = ids.length === 1 ? `Instance ${first} is` : `${ids.length} instances are`;
  return {
    kind: 'InstanceSkipped',
    message: `${which} left out: ${reason}${ids.length === 1 ? '' : `; the first is ${first}`}`,
  };
}
