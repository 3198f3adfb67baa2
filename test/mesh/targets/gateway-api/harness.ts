import { desiredMesh } from '../../../../shared/mesh/plan/desired.ts';
import type { Directory } from '../../../../shared/mesh/plan/directory.ts';
import type { ObjectResource } from '../../../../shared/mesh/plan/object-resource.ts';
import type { Difference } from '../../../../shared/mesh/plan/resource.ts';
import { versions } from '../../../../shared/mesh/targets/gateway-api/plan/object-name.ts';
import { gatewayApiRules } from '../../../../shared/mesh/targets/gateway-api/plan/rules.ts';
import { clustersFile } from '../../../../shared/model/cluster-config.ts';
import { objectNameText } from '../../../../shared/model/records/mesh-claim.ts';
import type { Manifest } from '../../harness/harness.ts';
import { directoryOf } from '../../plan/entries.ts';

/** An object that the target writes. */
export interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  // biome-ignore lint/suspicious/noExplicitAny: tests read any part of it
  readonly spec: any;
}

export interface Translated {
  readonly objects: readonly Written[];
  /** By object, such as `VirtualNode apps/blue`. */
  readonly differences: Readonly<Record<string, readonly Difference[]>>;
  /** By object, what its condition reports. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

export function rulesOf(gatewayClass = 'istio') {
  const [cluster] = clustersFile.parse({
    clusters: [{ name: 'local', mesh: 'gateway-api', gatewayApi: { gatewayClass } }],
  }).clusters;
  if (cluster === undefined) throw new Error('expected a cluster');
  return gatewayApiRules(cluster);
}

/** What the objects become in a cluster. */
export function translated(manifests: readonly Manifest[], gatewayClass = 'istio'): Translated {
  return translatedFrom(directoryOf(...manifests), gatewayClass);
}

export function translatedFrom(directory: Directory, gatewayClass = 'istio'): Translated {
  const { resources, objects } = desiredMesh(directory, rulesOf(gatewayClass), () => undefined);
  const byObject = <T>(values: (plan: (typeof objects)[number]) => readonly T[]) =>
    Object.fromEntries(objects.map((plan) => [objectNameText(plan.entry.id), values(plan)]));
  return {
    objects: [...resources.values()]
      .map(({ resource, spec }) => written(resource as ObjectResource, spec))
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
    differences: byObject(({ differences }) => differences),
    problems: byObject(({ problems }) => problems.map(({ reason, message }) => `${reason}: ${message}`)),
  };
}

function written({ group, kind, namespace, name }: ObjectResource, { spec }: { spec?: unknown }): Written {
  const version = versions[kind]?.[0] ?? 'v1';
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { namespace, name },
    spec,
  };
}

function nameOf({ kind, metadata }: Written): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

/** `HTTPRoute apps/virtual-service-color-8080` */
export function namesOf({ objects }: Translated): readonly string[] {
  return objects.map(nameOf);
}

export function objectIn(result: Translated, name: string): Written {
  const found = result.objects.find((object) => nameOf(object) === name);
  if (found === undefined) throw new Error(`${name} is not among ${namesOf(result).join(', ')}`);
  return found;
}
