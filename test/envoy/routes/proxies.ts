import { desiredMesh } from '../../../shared/mesh/plan/desired.ts';
import type { Directory } from '../../../shared/mesh/plan/directory.ts';
import { envoyRules } from '../../../shared/mesh/targets/envoy/plan/rules.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

const [cluster] = clustersFile.parse({ clusters: [{ name: 'local', mesh: 'envoy' }] }).clusters;

/** What the target makes of the mesh objects. */
export interface Translation {
  /** The data of ConfigMaps by name. */
  readonly files: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What is not applied: `VirtualRouter shop/r0: …`. */
  readonly problems: readonly string[];
}

export function translate(directory: Directory): Translation {
  if (cluster === undefined) throw new Error('expected a cluster');
  const { resources, objects } = desiredMesh(directory, envoyRules(cluster), () => undefined);
  const maps = [...resources.values()].flatMap(({ resource, spec }) => {
    const { kind, name } = resource as { readonly kind: string; readonly name: string };
    return kind === 'ConfigMap' ? [[name, spec.data as Readonly<Record<string, string>>] as const] : [];
  });
  const problems = objects.flatMap((plan) =>
    plan.problems.map(
      ({ message }) => `${plan.entry.id.kind} ${plan.entry.id.namespace}/${plan.entry.id.name}: ${message}`,
    ),
  );
  return { files: new Map(maps), problems };
}
