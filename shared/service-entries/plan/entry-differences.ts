import type { DesiredEntry, LiveEntry } from './entry.ts';
import { optionalFieldsAnnotation, portsAnnotation, rememberedPorts } from './entry-memory.ts';

/** The fields of the spec that we write and that stand for themselves; ports are compared one by one. */
const plainFields = ['hosts', 'addresses', 'location', 'resolution', 'exportTo', 'endpoints'] as const;
const ourAnnotations = [portsAnnotation, optionalFieldsAnnotation];

/**
 * The fields in which a live entry differs from what it should be, whatever the order of lists. Fields that we do not write
 * are no difference: others may add to the entry, such as a label that names a waypoint.
 */
export function entryDifferences(
  { labels, annotations, spec }: DesiredEntry,
  live: LiveEntry,
): readonly string[] {
  const { metadata, spec: liveSpec = {} } = live;
  const stale = ourAnnotations.filter((key) => annotations[key] === undefined && metadata.annotations?.[key]);
  const fields = plainFields.filter(
    (field) => spec[field] !== undefined && canonical(spec[field]) !== canonical(liveSpec[field]),
  );
  return [
    ...(isContained(labels, metadata.labels) ? [] : ['metadata.labels']),
    ...(isContained(annotations, metadata.annotations) && stale.length === 0 ? [] : ['metadata.annotations']),
    ...fields.map((field) => `spec.${field}`),
    ...(hasPorts(spec, live) ? [] : ['spec.ports']),
  ];
}

/** Names of ports that somebody else added to an own entry. Server-side apply leaves them. */
export function foreignPorts({ spec }: Pick<DesiredEntry, 'spec'>, live: LiveEntry): readonly string[] {
  const ours = new Set([...spec.ports, ...rememberedPorts(live)].map(({ name }) => name));
  return livePorts(live).flatMap(({ name }) => (typeof name === 'string' && !ours.has(name) ? [name] : []));
}

function hasPorts({ ports }: Pick<DesiredEntry['spec'], 'ports'>, live: LiveEntry): boolean {
  const byName = new Map(livePorts(live).map((port) => [port.name, port]));
  const wanted = new Set(ports.map(({ name }) => name));
  const areThere = ports.every(({ name, number, protocol }) => {
    const port = byName.get(name);
    return port?.number === number && port.protocol === protocol;
  });
  return areThere && rememberedPorts(live).every(({ name }) => wanted.has(name) || !byName.has(name));
}

function livePorts({ spec }: LiveEntry): readonly Readonly<Record<string, unknown>>[] {
  const ports: unknown = spec?.ports;
  return Array.isArray(ports) ? ports.filter((port) => typeof port === 'object' && port !== null) : [];
}

function isContained(
  wanted: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(wanted).every(([key, value]) => live[key] === value);
}

/** JSON with sorted keys and sorted lists: the order of none of our lists means anything. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.sort().join(',')}}`;
}
