import type { ResourceSnapshot } from '@eks-mesh-sync/embedded-aws/app-mesh/snapshot.ts';
import { type Report, type Reporter, reportChanges } from './progress.ts';

/** Reports what happens to the resources of the embedded App Mesh. */
export function reportResources(snapshot: () => readonly ResourceSnapshot[], tell: Report): Reporter {
  return reportChanges(snapshot, changes, tell);
}

/** What has changed, a line each. A resource that was made anew under its name counts as changed. */
export function changes(
  before: readonly ResourceSnapshot[],
  after: readonly ResourceSnapshot[],
): readonly string[] {
  const earlier = new Map(before.map((resource) => [resource.arn, resource]));
  const later = new Set(after.map(({ arn }) => arn));
  const gone = before.filter(({ arn }) => !later.has(arn)).map((one) => `${textOf(one)} left App Mesh`);
  return [...gone, ...after.flatMap((resource) => changeOf(earlier.get(resource.arn), resource) ?? [])];
}

function changeOf(before: ResourceSnapshot | undefined, after: ResourceSnapshot): string | undefined {
  if (before === undefined) return `${textOf(after)} is in App Mesh`;
  return before.version === after.version
    ? undefined
    : `${textOf(after)} was updated, version ${after.version}`;
}

/** `route color of colorapp_shop`, `virtual node front_shop`. */
function textOf({ kind, name, parentName }: ResourceSnapshot): string {
  const words = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words} ${name}${parentName === undefined ? '' : ` of ${parentName}`}`;
}
