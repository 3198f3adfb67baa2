import { desiredMesh } from '../../../../shared/mesh/plan/desired.ts';
import type { Directory } from '../../../../shared/mesh/plan/directory.ts';
import { type IstioKind, resourceOf } from '../../../../shared/mesh/targets/istio/plan/kinds.ts';
import { istioRules } from '../../../../shared/mesh/targets/istio/plan/rules.ts';
import { type ClusterConfig, clustersFile } from '../../../../shared/model/cluster-config.ts';
import type { Manifest } from '../../harness/harness.ts';
import { directoryOf } from '../../plan/entries.ts';

const cluster = clustersFile.parse({ clusters: [{ name: 'local', mesh: 'istio' }] })
  .clusters[0] as ClusterConfig;

/** What Istio gets of some manifests. */
export interface Translated {
  /** By key: `VirtualService/apps/orders`. */
  readonly specs: Readonly<Record<string, Spec>>;
  /** By key, the keys of what must exist before. */
  readonly dependsOn: Readonly<Record<string, readonly string[]>>;
  /** By object, `reason message`. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
  /** By object, `effect path`. */
  readonly differences: Readonly<Record<string, readonly string[]>>;
}

// biome-ignore lint/suspicious/noExplicitAny: the structure is what the tests are about
export type Spec = any;

export function translated(...manifests: readonly Manifest[]): Translated {
  return translatedIn(directoryOf(...manifests));
}

export function translatedIn(directory: Directory): Translated {
  const desired = desiredMesh(directory, istioRules(cluster), () => undefined);
  const resources = [...desired.resources.values()];
  const byObject = (of: (plan: (typeof desired.objects)[number]) => readonly string[]) =>
    Object.fromEntries(
      desired.objects.flatMap((plan) => {
        const { kind, namespace, name } = plan.entry.id;
        const all = of(plan);
        return all.length > 0 ? [[[kind, namespace, name].filter(Boolean).join('/'), all]] : [];
      }),
    );
  return {
    specs: Object.fromEntries(resources.map(({ key, spec }) => [key, spec.spec])),
    dependsOn: Object.fromEntries(resources.map(({ key, dependsOn }) => [key, dependsOn])),
    problems: byObject(({ problems }) => problems.map(({ reason, message }) => `${reason} ${message}`)),
    differences: byObject(({ differences }) => differences.map(({ effect, path }) => `${effect} ${path}`)),
  };
}

/** The objects as they are applied, by key. */
export function objectsOf({ specs }: Translated): readonly IstioObject[] {
  return Object.entries(specs).map(([key, spec]) => {
    const [kind, namespace = '', name = ''] = key.split('/');
    const { group } = resourceOf({ kind: kind as IstioKind, namespace, name });
    return { apiVersion: `${group}/v1`, kind: kind as IstioKind, metadata: { namespace, name }, spec };
  });
}

export interface IstioObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: Spec;
}
