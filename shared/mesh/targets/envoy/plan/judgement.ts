import type { Directory, Place } from '../../../plan/directory.ts';
import { type Entry, isOfKind, isValid, type ValidEntry } from '../../../plan/entry.ts';
import { perObject } from '../../../plan/per-directory.ts';
import { type Missing, missingIn, resolveOwnReferences } from '../../../plan/references/object-references.ts';
import { Report } from '../../../plan/report.ts';
import type { Difference } from '../../../plan/resource.ts';
import { reportMesh } from '../translate/egress/report-mesh.ts';
import { reportNodeEgress } from '../translate/egress/report-node.ts';
import { reportRouter } from '../translate/egress/report-router.ts';
import { reportService } from '../translate/egress/report-service.ts';
import { reportGateway } from '../translate/ingress/report-gateway.ts';
import { reportGatewayRoute } from '../translate/ingress/report-gateway-route.ts';
import { reportNodeIngress } from '../translate/ingress/report-node.ts';
import { reportName } from './config-map.ts';
import { isOwner } from './sources.ts';

/** What of an object Envoy cannot express, and its references that dangle. */
export interface Judgement {
  readonly differences: readonly Difference[];
  readonly missing: Missing;
}

const once = perObject<ValidEntry, Judgement>();

export function judgementOf(entry: ValidEntry, place: Place, directory: Directory): Judgement {
  return once(directory, entry, () => {
    const report = new Report();
    reportObject(entry, place, directory, report);
    const missing = missingIn(entry, place, directory, (resolver) => resolveOwnReferences(entry, resolver));
    // Objects without a resource of their own have no other way to state it.
    if (!isOwner(entry))
      for (const [path, message] of missing) report.refuse(path, message, 'an object that exists');
    return { differences: report.differences, missing };
  });
}

function reportObject(entry: ValidEntry, place: Place, directory: Directory, report: Report): void {
  if (isOfKind(entry, 'Mesh')) reportMesh(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualService')) reportService(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualRouter')) reportRouter(entry, place, directory, report);
  if (isOfKind(entry, 'GatewayRoute')) reportGatewayRoute(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualGateway')) reportGateway(entry, place, directory, report);
  if (isOfKind(entry, 'VirtualNode')) {
    reportNodeIngress(entry, place, directory, report);
    reportNodeEgress(entry, place, directory, report);
  }
  if (isOwner(entry)) reportName(entry, report);
}

/**
 * Whether an object has no state that could be translated for a proxy of the mesh: then an earlier one stays in effect. Its
 * own faults only: a service whose router is refused is not refused itself.
 */
export function isRefusedIn(directory: Directory, meshName: string): (entry: Entry) => boolean {
  return (entry) => {
    const place = directory.placeOf(entry);
    if ('reason' in place || place.meshName !== meshName || !isValid(entry)) return true;
    const { differences, missing } = judgementOf(entry, place, directory);
    return missing.length > 0 || differences.some(({ effect }) => effect === 'refused');
  };
}
