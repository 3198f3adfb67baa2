import type { Directory, Place } from '../../../plan/directory.ts';
import { type Entry, isOfKind, type ValidEntry } from '../../../plan/entry.ts';
import { type ObjectResource, objectResourceKey } from '../../../plan/object-resource.ts';
import { perObject } from '../../../plan/per-directory.ts';
import type { Difference, ResourceRequest } from '../../../plan/resource.ts';
import { fieldLimits, reportFields } from './field-limits.ts';
import { Findings } from './findings.ts';
import type { GatewayClass } from './gateway-class.ts';
import { gatewayObjects, gatewayRoutePlanner } from './gateway-objects.ts';
import { latticeObjects, networkObjects } from './lattice-objects.ts';
import { limits } from './limits.ts';
import { nodeObjects } from './node-objects.ts';
import { resourceNamed } from './object-name.ts';
import type { PlannedObject } from './planned.ts';
import { serviceObjects } from './service-objects.ts';

/** What a mesh object becomes. */
export interface Plan {
  readonly objects: readonly PlannedObject[];
  readonly findings: Findings;
}

export type Planner = (entry: ValidEntry, place: Place, directory: Directory) => Plan;

/** Plans each object of a directory once. */
export function plannerFor(gatewayClass: GatewayClass): Planner {
  const once = perObject<Entry, Plan>();
  const routePlan = gatewayRoutePlanner(gatewayClass);
  return (entry, place, directory) =>
    once(directory, entry, () => {
      if (isOfKind(entry, 'GatewayRoute') && gatewayClass.kind !== 'lattice')
        return withFields(entry, gatewayClass, routePlan(directory, entry));
      const findings = new Findings(entry);
      return withFields(entry, gatewayClass, {
        objects: objectsOf(entry, place, { directory, findings }, gatewayClass),
        findings,
      });
    });
}

function objectsOf(
  entry: ValidEntry,
  { meshName }: Place,
  search: { readonly directory: Directory; readonly findings: Findings },
  gatewayClass: GatewayClass,
): readonly PlannedObject[] {
  const { kind } = gatewayClass;
  if (isOfKind(entry, 'VirtualNode')) return nodeObjects(entry, gatewayClass, search.findings);
  if (isOfKind(entry, 'Mesh')) return kind === 'lattice' ? networkObjects(entry, gatewayClass, search) : [];
  if (isOfKind(entry, 'VirtualGateway')) return kind === 'lattice' ? [] : gatewayObjects(entry, gatewayClass);
  if (!isOfKind(entry, 'VirtualService')) return [];
  if (kind === 'istio') return serviceObjects(search, entry);
  if (kind === 'lattice') return latticeObjects(search, entry, meshName);
  search.findings.reportOf(entry).refuse('spec.provider', limits.noMesh);
  return [];
}

/** Reports the fields that nothing carries. */
function withFields(entry: ValidEntry, { kind }: GatewayClass, plan: Plan): Plan {
  const report = plan.findings.reportOf(entry);
  reportFields(entry.content.spec, fieldLimits(entry.id.kind, kind), report);
  // Without the field it is DROP_ALL.
  if (isOfKind(entry, 'Mesh') && !entry.content.spec.egressFilter)
    report.differ('spec.egressFilter', kind === 'lattice' ? limits.latticeEgress : limits.egress);
  return plan;
}

export function differencesIn({ findings }: Plan): readonly Difference[] {
  return findings.differences;
}

/** Whether it is not known which objects the mesh object wants. */
export function isUndecided({ objects, findings }: Plan): boolean {
  return findings.isRefused || (objects.length === 0 && findings.needed.length > 0);
}

/** The objects as requests. If it is not known which, a request of which the problems are known. */
export function requestsOf(plan: Plan, { id }: ValidEntry): readonly ResourceRequest<ObjectResource>[] {
  const { objects, findings } = plan;
  const unknown = { resource: resourceNamed('HTTPRoute', id.namespace, id.name), spec: {}, refersTo: [] };
  const isUnknown = objects.length === 0 && findings.needed.length > 0;
  return (isUnknown ? [unknown] : objects).map(({ resource, spec, refersTo }) => ({
    key: objectResourceKey(resource),
    resource,
    translate: (references) => {
      findings.resolveIn(references);
      return { spec: { spec }, dependsOn: [], refersTo };
    },
  }));
}
