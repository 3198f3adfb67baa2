import { counted } from '../../../model/text/printable.ts';
import type { ServicePort } from '../entry.ts';
import type { EntryNote } from '../entry-plan.ts';
import type { LogicalPort, ServicePorts } from './service-ports.ts';

const maxNamed = 5;

/** What instances say of their ports that the entry does not have. */
export function portNotes(
  all: readonly LogicalPort[],
  { ports, skipped }: ServicePorts,
): readonly EntryNote[] {
  return [
    ...skipped.map((name) => skippedNote(name, all)),
    ...ports.flatMap((port) => differingNote(port, all) ?? []),
  ];
}

function skippedNote(name: string, all: readonly LogicalPort[]): EntryNote {
  const its = all.filter((port) => port.name === name);
  const message = `Port ${name} is left out, because another port of the service has its number; it is that of ${idsText(its)}`;
  return { kind: 'PortSkipped', message };
}

function differingNote(
  { name, number, protocol }: ServicePort,
  all: readonly LogicalPort[],
): EntryNote | undefined {
  const its = all.filter((port) => port.name === name);
  const differing = its.filter(
    (port) => (port.serviceNumber ?? number) !== number || (port.protocol ?? protocol) !== protocol,
  );
  if (differing.length === 0) return undefined;
  const message = `${differing.length} of ${its.length} instances want another number or protocol of port ${name} than ${number}/${protocol}, which stays: ${idsText(differing)}. Register the same for all instances`;
  return { kind: 'PortsDiffer', message };
}

function idsText(ports: readonly LogicalPort[]): string {
  const ids = [...new Set(ports.map(({ instance }) => instance))].sort();
  const further = ids.length > maxNamed ? ` and ${counted(ids.length - maxNamed, 'other')}` : '';
  return `${ids.slice(0, maxNamed).join(', ')}${further}`;
}
