import type { Directory, Place } from '../../../plan/directory.ts';
import { isOfKind, type ValidEntry } from '../../../plan/entry.ts';
import { Report } from '../../../plan/report.ts';
import { gatewayRouteOutcome } from '../translate/gateway-route.ts';
import { meshOutcome } from '../translate/mesh.ts';
import { virtualNodeOutcome } from '../translate/node/virtual-node.ts';
import type { Outcome } from '../translate/outcome.ts';
import { routedBy, sidecarRoutes } from '../translate/route/router-routes.ts';
import { virtualGatewayOutcome } from '../translate/virtual-gateway.ts';
import { virtualServiceOutcome } from '../translate/virtual-service.ts';
import { missingReferences } from './references.ts';

const nothing: Outcome = { wanted: [], differences: [] };

/** The objects of Istio that a mesh object becomes, and what is not as in App Mesh. */
export function outcomeOf(
  entry: ValidEntry,
  place: Place,
  directory: Directory,
  rootNamespace: string,
): Outcome {
  if (isOfKind(entry, 'Mesh')) return meshOutcome(entry, rootNamespace);
  if (isOfKind(entry, 'VirtualNode')) return virtualNodeOutcome(entry, place, directory);
  if (isOfKind(entry, 'VirtualService')) return virtualServiceOutcome(entry, place, directory, rootNamespace);
  if (isOfKind(entry, 'VirtualGateway')) return virtualGatewayOutcome(entry, directory);
  if (isOfKind(entry, 'GatewayRoute')) return gatewayRouteOutcome(entry, place, directory);
  if (!isOfKind(entry, 'VirtualRouter')) return nothing;
  // Its routes are in the objects of the virtual services.
  const report = new Report();
  sidecarRoutes(routedBy(directory, entry, report), [], report);
  for (const [path, message] of missingReferences(entry, place, directory))
    report.refuse(path, message, 'an object that exists');
  return { wanted: [], differences: report.differences };
}
