import { explainCommand } from '../../model/commands/explain-command.ts';
import { serviceText } from '../../model/identity.ts';
import { bounded, byText, maxRows } from './bounds.ts';
import type { ReportFacts, ServiceFacts } from './facts.ts';
import { instanceRows } from './instance-rows.ts';
import { byLevel, worstOf } from './levels.ts';
import type { Bounded, InstanceRow, Issue, ServiceRow } from './report.ts';

/** Of 1,000, which AWS does not raise. */
const nearlyFull = 900;

const kinds = { http: 'HTTP', 'private-dns': 'private DNS' } as const;

type Note = readonly [level: Issue['level'], text: string];

interface Judged {
  readonly rows: readonly InstanceRow[];
  readonly counts: ServiceRow['counts'];
  readonly notes: readonly Note[];
}

/** A note has its own level, the row that of its worst note. */
interface ServicePlan {
  readonly row: ServiceRow;
  readonly notes: readonly Note[];
}

/** All services, those at fault first. `unreadyOf`: how many pods that want the service, by its text, are not ready. */
export function planServices(
  facts: ReportFacts,
  unreadyOf: (service: string) => number,
): { readonly services: readonly ServiceRow[]; readonly issues: readonly Issue[] } {
  const plans = [...facts.services].map(([id, service]) => planService(facts, id, service, unreadyOf));
  const sorted = plans.toSorted((a, b) => byLevel(a.row, b.row) || byName(a.row, b.row));
  return { services: sorted.map(({ row }) => row), issues: sorted.flatMap(issuesOf) };
}

const byName = byText(
  ({ namespaceName, serviceName, id }: ServiceRow) => `${namespaceName}/${serviceName} ${id}`,
);

/** Of 1,000 services with 10,000 instances the first ones of each are shown, as far as they have room. */
export function boundedServices(services: readonly ServiceRow[]): Bounded<ServiceRow> {
  let room: number = maxRows.instances;
  const shown = services.slice(0, maxRows.services).map((service) => {
    const { rows, total } = service.instances;
    const kept = rows.slice(0, Math.min(room, maxRows.instancesOfService));
    room -= kept.length;
    return { ...service, instances: { rows: kept, total } };
  });
  return { rows: shown, total: services.length };
}

function planService(
  facts: ReportFacts,
  id: string,
  service: ServiceFacts,
  unreadyOf: (service: string) => number,
): ServicePlan {
  const rows = instanceRows(service, facts.clusterNames);
  const counts = countsOf(rows);
  const notes = notesOf(service, counts, unreadyOf(serviceText(service.key)));
  return { row: rowOf(facts, id, service, { rows, counts, notes }), notes };
}

function rowOf(
  { place }: ReportFacts,
  id: string,
  { key, clusters, service: known }: ServiceFacts,
  { rows, counts, notes }: Judged,
): ServiceRow {
  const [cluster] = clusters;
  return {
    ...{ id, namespaceName: key.namespaceName, serviceName: key.serviceName, serviceId: known?.id },
    kind: known && kinds[known.namespaceKind],
    clusters: [...clusters].sort(),
    level: worstOf(notes.map(([level]) => level)),
    notes: notes.map(([, text]) => text),
    healthCheck: known?.hasCustomHealthCheck ?? false,
    counts,
    instances: bounded(rows, rows.length),
    command: explainCommand({ subject: { service: serviceText(key), ...(cluster && { cluster }) }, place }),
  };
}

function countsOf(rows: readonly InstanceRow[]): ServiceRow['counts'] {
  const listed = rows.filter(({ attributes, state }) => state === 'registered' || attributes.length > 0);
  const unhealthy = listed.filter(({ health }) => health === 'UNHEALTHY').length;
  const foreign = listed.filter(({ owner }) => owner === 'foreign').length;
  return { healthy: listed.length - unhealthy, unhealthy, foreign };
}

function notesOf(
  { service, isGone, instances }: ServiceFacts,
  { healthy, unhealthy }: ServiceRow['counts'],
  unready: number,
): readonly Note[] {
  const size = healthy + unhealthy;
  const notes: (Note | false)[] = [
    isGone === true && ['problem', 'Cloud Map no longer has this service'],
    instances === undefined && ['attention', 'its instances could not be read'],
    service?.full !== undefined && ['problem', 'it is full: Cloud Map refuses new instances'],
    size > 0 && healthy === 0 && ['problem', `none of its ${size} instances is healthy`],
    size === 0 && unready > 0 && ['problem', `it has no instance: ${podsText(unready)} not ready`],
    healthy > 0 && unhealthy > 0 && ['attention', `${unhealthy} of its ${size} instances are unhealthy`],
    service?.full === undefined && size >= nearlyFull && ['attention', `it has ${size} of 1,000 instances`],
  ];
  return notes.filter((note) => note !== false);
}

function podsText(count: number): string {
  return count === 1 ? 'the pod for it is' : `the ${count} pods for it are`;
}

function issuesOf({ row: { namespaceName, serviceName }, notes }: ServicePlan): readonly Issue[] {
  return notes.map(([level, text]) => ({
    level,
    section: 'services',
    text: `service ${namespaceName}/${serviceName}: ${text}`,
  }));
}
