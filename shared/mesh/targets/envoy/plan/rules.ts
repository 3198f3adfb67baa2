import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import { envoyConfigOf } from '../../../../model/config/mesh-targets.ts';
import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import type { ObjectClaim, ObjectContent } from '../../../objects-target/plan/object-claim.ts';
import type { Directory, Place } from '../../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../../plan/entry.ts';
import { objectResourceKey } from '../../../plan/object-resource.ts';
import { perObject } from '../../../plan/per-directory.ts';
import { resolveOwnReferences } from '../../../plan/references/object-references.ts';
import type { Difference, ResourceRequest } from '../../../plan/resource.ts';
import type { TargetRules } from '../../../plan/target-rules.ts';
import type { EnvoyFault } from '../check/faults.ts';
import { isHeadless } from '../translate/cluster/headless-name.ts';
import { headlessServiceOf, headlessServiceSpec } from '../translate/headless-service.ts';
import type { EnvoyContext } from '../translate/proxy.ts';
import { configMapOf, type ProxyContent, sizeFaultOf } from './config-map.ts';
import { isRefusedIn, judgementOf } from './judgement.ts';
import { type PlannedProxy, plannedProxy } from './planned-proxy.ts';
import { maxShareBytes } from './shares.ts';
import { isOwner, type Owner } from './sources.ts';
import { unreachedIn } from './unreached.ts';

export type InstancesOf = EnvoyContext['instancesOf'];
type Request = ResourceRequest<ObjectClaim['resource']>;

/**
 * Envoys without a control plane as a mesh target: the files of each proxy in a ConfigMap, and a Service for the pods of each
 * virtual node with Cloud Map discovery. `instancesOf`: those from elsewhere; without it, there are none.
 */
export function envoyRules(
  cluster: ClusterConfig,
  instancesOf: InstancesOf = () => [],
): TargetRules<ObjectClaim> {
  const { clusterDomain } = envoyConfigOf(cluster);
  const once = perObject<Owner, PlannedProxy>();
  const planned = (owner: Owner, place: Place, directory: Directory) =>
    once(directory, owner, () => plannedProxy(owner, place, directory, { clusterDomain, instancesOf }));
  return {
    name: 'envoy',
    title: 'Envoy',
    claimant: `${cluster.name}#envoy`,
    requestsOf: (entry, place, directory) =>
      isOwner(entry)
        ? [
            configMapRequest(
              entry,
              () => planned(entry, place, directory),
              () => judgementOf(entry, place, directory).missing.length > 0,
            ),
            ...(isOfKind(entry, 'VirtualNode') && isHeadless(entry) ? [serviceRequest(entry)] : []),
          ]
        : [],
    differencesOf: (entry, place, directory) => [
      ...judgementOf(entry, place, directory).differences,
      ...unreachedIn(entry, directory, isRefusedIn(directory, place.meshName)),
      ...(isOwner(entry) ? faultsIn(entry, place, directory, planned) : []),
    ],
    // Which services a virtual node calls is not known then.
    isUndecided: (entry, place, directory) => judgementOf(entry, place, directory).missing.length > 0,
    nameOf: ({ kind, namespace, name }) => `the ${kind} "${namespace}/${name}"`,
    faultOf: ({ resource, spec }) => {
      const fault = resource.kind === 'ConfigMap' ? sizeFaultOf(spec as unknown as ProxyContent) : undefined;
      return fault === undefined ? null : { reason: 'QuotaExceeded', message: fault };
    },
    keepsReferences: ({ spec }) => (spec as unknown as ProxyContent).kept !== undefined,
    // A name that does not resolve yet has no endpoints, and another's Service must not hold up a proxy.
    worksWithout: (key) => key.startsWith('Service/'),
  };
}

function configMapRequest(owner: Owner, planned: () => PlannedProxy, hasMissing: () => boolean): Request {
  const resource = configMapOf(owner);
  return {
    key: objectResourceKey(resource),
    resource,
    translate: (references) => {
      if (hasMissing()) {
        resolveOwnReferences(owner, references);
        return { spec: {}, dependsOn: [] };
      }
      const { content, services } = planned();
      return { spec: { ...content }, dependsOn: [], refersTo: services.map(objectResourceKey) };
    },
  };
}

function serviceRequest(node: EntryOf<'VirtualNode'>): Request {
  const resource = headlessServiceOf(node);
  const content: ObjectContent = { spec: headlessServiceSpec(node) };
  return {
    key: objectResourceKey(resource),
    resource,
    translate: () => ({ spec: { ...content }, dependsOn: [] }),
  };
}

/** If its own fields are refused, what would be wrong with the rest says nothing more. */
function faultsIn(
  owner: Owner,
  place: Place,
  directory: Directory,
  planned: (owner: Owner, place: Place, directory: Directory) => PlannedProxy,
): readonly Difference[] {
  const { differences, missing } = judgementOf(owner, place, directory);
  if (missing.length > 0 || differences.some(({ effect }) => effect === 'refused')) return [];
  const { faults, leftOut, content, beyondShare } = planned(owner, place, directory);
  return [
    ...keptIn(owner, content.kept?.services ?? []),
    ...[...beyondShare].map(({ id }) => ({
      path: 'spec',
      effect: 'differs' as const,
      message: `in the proxies of ${objectNameText(owner.id)} it stays as it was: namespace ${id.namespace} has more than ${maxShareBytes} bytes there`,
      instead: 'fewer or smaller routes of the namespace',
      object: id,
    })),
    ...faults.map((fault) => differenceOf(fault, 'refused', 'it')),
    ...[...leftOut].map(([{ id }, fault]) => ({
      ...differenceOf(
        fault,
        'differs',
        `in the proxies of ${objectNameText(owner.id)} it stays as it was: it`,
      ),
      object: id,
    })),
  ];
}

const maxNamed = 4;

/** The owner must see that a change of its own, such as a stricter client policy, has no effect on these yet. */
function keptIn(owner: Owner, services: readonly string[]): readonly Difference[] {
  if (services.length === 0) return [];
  const names = services.slice(0, maxNamed).map((name) => `"${name}"`);
  const more = services.length > maxNamed ? [`${services.length - maxNamed} more`] : [];
  return [
    {
      path: isOfKind(owner, 'VirtualNode') ? 'spec.backends' : 'spec',
      effect: 'differs',
      message: `of ${[...names, ...more].join(', ')} the proxies keep what they have, with its TLS: it is invalid, refused or contests a port`,
      instead: 'what the condition of the VirtualService, or of its router or nodes, says',
    },
  ];
}

function differenceOf(
  { resource, path, message }: EnvoyFault,
  effect: Difference['effect'],
  what: string,
): Difference {
  return {
    path: 'spec',
    effect,
    message: `${what} becomes a ${resource} that Envoy refuses (${path}: ${message})`,
    instead: 'other values; please report it, since the field should have been named',
  };
}
