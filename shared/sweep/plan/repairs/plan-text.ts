import { objectKey } from '../../../model/identity.ts';
import { counted, printableLine } from '../../../model/text/printable.ts';
import { type Action, type Finding, removedFrom } from '../findings/finding.ts';

interface Planned {
  readonly cluster: string;
  readonly source: string;
  readonly incomplete?: string | undefined;
  readonly allowed: readonly Finding[];
  readonly refused: readonly { readonly finding: Finding; readonly reason: string }[];
  readonly dryRun: boolean;
  /** Namespaces whose pods would be refused, and the tenancy that would allow all of them. */
  readonly foreseen?:
    | {
        readonly refusals: readonly {
          readonly service: string;
          readonly kubernetesNamespace: string;
          readonly pods: number;
          readonly reason: string;
        }[];
        readonly tenancy?: string | undefined;
      }
    | undefined;
  /** Whether it is of a drain, which removes services, too. */
  readonly isDrain: boolean;
  /** Whether the plan includes the mesh: it is of a whole cluster with a mesh target. */
  readonly hasMesh: boolean;
}

type Change = 'create' | 'update' | 'delete' | 'reevaluate' | 'ignore';

const changes: Readonly<Record<Action['do'], Change>> = {
  register: 'create',
  update: 'update',
  adopt: 'update',
  deregister: 'delete',
  retire: 'delete',
  reevaluate: 'reevaluate',
  none: 'ignore',
};

const signs: Readonly<Record<Change, string>> = {
  create: '+',
  update: '~',
  delete: '-',
  reevaluate: '?',
  ignore: ' ',
};

const agreed = '  Nothing to do: the cluster, the table and Cloud Map agree.';

/** The plan as text for people: what would be created, updated, deleted or refused, then the counts. */
export function planText(planned: Planned): string {
  const { cluster, source, incomplete, allowed, refused, isDrain } = planned;
  const counts = new Map<Change, number>();
  const lines = allowed.map((finding) => {
    const change = changeOf(finding);
    counts.set(change, (counts.get(change) ?? 0) + 1);
    return `  ${signs[change]} ${printableLine(subjectOf(finding))}\n      ${finding.kind}: ${printableLine(finding.detail)}`;
  });
  const refusals = refused.map(
    ({ finding, reason }) =>
      `  ! ${printableLine(subjectOf(finding))}\n      ${finding.kind}: ${printableLine(finding.detail)}\n      refused: ${printableLine(reason)}`,
  );
  const summary = (['create', 'update', 'delete', 'reevaluate', 'ignore'] as const)
    .map((change) => `${counts.get(change) ?? 0} to ${change}`)
    .join(', ');
  return [
    `Plan for cluster ${cluster}, from its ${source}:`,
    ...(incomplete ? [`  ${printableLine(incomplete)}`] : []),
    '',
    ...(lines.length + refusals.length === 0
      ? [isDrain ? '  No instance has to be deregistered.' : agreed]
      : []),
    ...lines,
    ...refusals,
    '',
    `Plan: ${summary}, ${refused.length} refused.`,
    ...meshLines(planned),
    ...foreseenLines(planned),
  ].join('\n');
}

function foreseenLines({ foreseen, cluster }: Planned): readonly string[] {
  const { refusals = [], tenancy } = foreseen ?? {};
  if (refusals.length === 0) return [];
  const lines = refusals.map(
    ({ service, kubernetesNamespace, pods, reason }) =>
      `  ! ${printableLine(service)}, ${counted(pods, 'pod')} of namespace ${kubernetesNamespace}\n      would be refused: ${printableLine(reason)}`,
  );
  const advice =
    tenancy === undefined
      ? []
      : ['', `To allow all of them, give cluster ${cluster} in clusters.yml`, `  ${tenancy}`];
  return ['', 'Refused by tenancy:', '', ...lines, ...advice];
}

function meshLines({ hasMesh, dryRun }: Planned): readonly string[] {
  if (!hasMesh) return [];
  const mesh = 'reconcile-mesh compares all mesh objects with App Mesh and repairs drift';
  return [dryRun ? `Mesh: not compared; without dryRun, ${mesh}.` : `Mesh: ${mesh}.`];
}

/** A deleted pod without an instance is no deletion in Cloud Map. */
function changeOf(finding: Finding): Change {
  const action = finding.action.do;
  return action === 'retire' && removedFrom(finding).length === 0 ? 'reevaluate' : changes[action];
}

function subjectOf({ service, instanceId, pod, object }: Finding): string {
  const instance = service && instanceId ? `${service} ${instanceId}` : undefined;
  const whose = pod && `pod ${objectKey(pod)}`;
  return [instance, whose, object].filter(Boolean).join(', ') || 'unknown subject';
}
