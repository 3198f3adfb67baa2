import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { envoyConfigOf } from '../../../model/config/mesh-targets.ts';
import type { LiveObject } from '../../../model/kubernetes-object.ts';
import type { KubernetesObjects } from '../../../ports/kubernetes-objects.ts';
import type { MeshRun } from '../../mesh-run.ts';
import type { MeshTarget } from '../../mesh-target.ts';
import { ServedKinds } from '../../objects-target/objects-run.ts';
import { objectsTarget } from '../../objects-target/objects-target.ts';
import type { ObjectDesired } from '../../objects-target/plan/object-claim.ts';
import { Directory } from '../../plan/directory.ts';
import type { TargetRules } from '../../plan/target-rules.ts';
import { ensureConfigMap, filesWanted } from './ensure-config-map.ts';
import type { EnvoyClaim } from './envoy-claim.ts';
import { type EnvoyRun, envoyOptions } from './envoy-run.ts';
import { envoyVersions } from './plan/kinds.ts';
import type { InstancesOf } from './plan/rules.ts';
import { type InstancesSource, readInstances } from './read-instances.ts';
import { refreshPods } from './refresh-pods.ts';
import { releaseConfigMap } from './release-config-map.ts';
import { requestLater } from './request-later.ts';
import { stageProblem } from './stage-problem.ts';
import { waitingIn } from './waiting-in.ts';

export interface EnvoyTargetOptions {
  readonly cluster: ClusterConfig;
  /** The rules with the instances from elsewhere; without them, the last known ones stay. */
  readonly rules: (cluster: ClusterConfig, instancesOf?: InstancesOf) => TargetRules<EnvoyClaim>;
  /** The objects of the cluster that the proxies are in. */
  readonly objects: KubernetesObjects;
  /** Cloud Map, where the cluster's instances are. */
  readonly catalog: InstancesSource['catalog'];
}

/** Envoys that read their configuration from ConfigMaps, as the mesh target of a cluster. */
export function envoyTarget(options: EnvoyTargetOptions): MeshTarget<EnvoyClaim> {
  const target = targetWith(options, new Directory([], new Map()));
  return {
    ...target,
    informed: async (directory, { services, note }) => {
      const { catalog, cluster } = options;
      const { instancesOf, digest } = await readInstances(cluster, directory, { services, catalog, note });
      return { ...targetWith(options, directory, instancesOf), ...(digest && { inputs: digest }) };
    },
  };
}

function targetWith(
  { cluster, rules: rulesOf, objects }: EnvoyTargetOptions,
  directory: Directory,
  instancesOf?: InstancesOf,
): MeshTarget<EnvoyClaim> {
  const rules = rulesOf(cluster, instancesOf);
  const kinds = new ServedKinds(objects, rules.title, envoyVersions);
  const plain = objectsTarget({ rules, objects, versions: envoyVersions, expected });
  const options = envoyOptions(envoyConfigOf(cluster));
  const of = (run: MeshRun<EnvoyClaim>): EnvoyRun => ({ run, objects, kinds, options, directory });
  return {
    ...plain,
    ensure: (run, step) =>
      step.desired.resource.kind === 'ConfigMap' ? ensureConfigMap(of(run), step) : plain.ensure(run, step),
    pending: ({ deps }, { stage }) => (stage ? stageProblem(stage, deps.clock.now()) : null),
    waiting: (run, { id, generation }) => waitingIn(of(run), id, generation),
    release: (run, claim) =>
      claim.resource.kind === 'ConfigMap' ? releaseConfigMap(of(run), claim) : plain.release(run, claim),
    finish: async (run) => {
      const isDeferred = options.refreshPods && (await refreshPods(of(run)));
      await requestLater(of(run), isDeferred);
    },
  };
}

function expected(desired: ObjectDesired, live: LiveObject): ObjectDesired {
  if (desired.resource.kind !== 'ConfigMap') return desired;
  return { ...desired, spec: { ...desired.spec, data: filesWanted(desired, live.data) } };
}
