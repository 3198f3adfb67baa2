import { basename } from 'node:path';
import type { Plugin } from 'esbuild';
import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import {
  explainedTargets,
  type MeshTargetName,
  meshTargetsOf,
} from '../../shared/model/config/mesh-targets.ts';

/** The mesh targets whose code a deployment needs. */
export interface NeededTargets {
  /** Those that are called. */
  readonly targets: ReadonlySet<MeshTargetName>;
  /** Those by which objects are explained. */
  readonly rules: ReadonlySet<MeshTargetName>;
}

export function neededTargets({ clusters }: Pick<ClustersFile, 'clusters'>): NeededTargets {
  return {
    targets: new Set(clusters.flatMap((cluster) => meshTargetsOf(cluster).map(({ name }) => name))),
    rules: new Set(clusters.flatMap(explainedTargets)),
  };
}

/**
 * Leaves the code of a mesh target that no cluster needs out of the bundles: its module of compose is replaced by one that says
 * so when it is used. clusters.yml is a part of the deployment, so it names no other target before the next one.
 */
export function meshTargetPlugin({ targets, rules }: NeededTargets): Plugin {
  return {
    name: 'mesh-targets',
    setup: ({ onLoad }) =>
      onLoad({ filter: /[\\/]compose[\\/]targets[\\/][a-z-]+\.ts$/ }, ({ path }) => {
        const file = basename(path, '.ts');
        const target = file.replace(/-rules$/, '');
        const name = target === file ? 'targets' : 'rules';
        const needed: ReadonlySet<string> = name === 'rules' ? rules : targets;
        if (needed.has(target)) return undefined;
        const message = `mesh target ${target} is not in this deployment: deploy again`;
        const contents = `export const ${name} = () => { throw new Error(${JSON.stringify(message)}); };`;
        return { contents, loader: 'ts' };
      }),
  };
}
