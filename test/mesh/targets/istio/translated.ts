import { desiredMesh } from '../../../../shared/mesh/plan/desired.ts';
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
  const desired = desiredMesh(directoryOf(...manifests), istioRules(cluster), () => undefined);
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
