import { capOf, overCap } from '../../../objects/plan/deletion-cap.ts';
import { type Finding, removedFrom } from '../findings/finding.ts';

export interface Allowed {
  readonly allowed: readonly Finding[];
  readonly refused: readonly { readonly finding: Finding; readonly reason: string }[];
}

/**
 * Decides which findings may be repaired. Deletions of instances are refused on an incomplete listing. Unless a person
 * forces them, they are capped for each service; those over the cap are refused, reported, and left to a later run or
 * to a person. `sizeOf` returns the number of instances of a service.
 */
export function limitDeletions(
  findings: readonly Finding[],
  {
    complete,
    force,
    sizeOf,
  }: { readonly complete: boolean; readonly force: boolean; readonly sizeOf: (service: string) => number },
): Allowed {
  const allowed: Finding[] = [];
  const refused: { finding: Finding; reason: string }[] = [];
  const deleted = new Map<string, number>();
  for (const finding of findings) {
    const services = removedFrom(finding);
    const full = services.find((service) => (deleted.get(service) ?? 0) >= capOf(sizeOf(service)));
    if (services.length > 0 && !complete) refused.push({ finding, reason: notComplete });
    else if (full !== undefined && !force) refused.push({ finding, reason: overCap(full, sizeOf(full)) });
    else {
      for (const service of services) deleted.set(service, (deleted.get(service) ?? 0) + 1);
      allowed.push(finding);
    }
  }
  return { allowed, refused };
}

const notComplete = 'the listing of the cluster is incomplete, so nothing is deleted';
