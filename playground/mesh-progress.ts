import type { ResourceSnapshot } from '@eks-mesh-sync/embedded-aws/app-mesh/snapshot.ts';
import type { Change } from './paced-lines.ts';
import { type Report, type Reporter, reportChanges } from './progress.ts';

/** Reports changes of the resources in the embedded App Mesh. */
export function reportResources(snapshot: () => readonly ResourceSnapshot[], report: Report): Reporter {
  const summarize = (counts: string, { length }: readonly ResourceSnapshot[]) =>
    `App Mesh: ${counts}; ${length.toLocaleString('en')} resources in all`;
  return reportChanges({ read: snapshot, changes, summarize }, report);
}

/** The changes, deletions first. A resource that was deleted and created again counts as updated. */
export function changes(
  before: readonly ResourceSnapshot[],
  after: readonly ResourceSnapshot[],
): readonly Change[] {
  const earlier = new Map(before.map((resource) => [resource.arn, resource]));
  const later = new Set(after.map(({ arn }) => arn));
  const deleted = before
    .filter(({ arn }) => !later.has(arn))
    .map((one) => ({ what: 'deleted', text: `App Mesh: ${textOf(one)} deleted` }));
  return [...deleted, ...after.flatMap((resource) => changeOf(earlier.get(resource.arn), resource) ?? [])];
}

function changeOf(before: ResourceSnapshot | undefined, after: ResourceSnapshot): Change | undefined {
  if (before === undefined) return { what: 'created', text: `App Mesh: ${textOf(after)} created` };
  return before.version === after.version
    ? undefined
    : { what: 'updated', text: `App Mesh: ${textOf(after)} updated to version ${after.version}` };
}

/** `route color of colorapp_shop`, `virtual node front_shop`. */
function textOf({ kind, name, parentName }: ResourceSnapshot): string {
  const words = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words} ${name}${parentName === undefined ? '' : ` of ${parentName}`}`;
}
