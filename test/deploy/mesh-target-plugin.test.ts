import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { meshTargetPlugin, neededTargets } from '../../deploy/bundle/mesh-target-plugin.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';

const needed = (...meshes: (string | string[] | undefined)[]) =>
  neededTargets(clustersFile.parse({ clusters: meshes.map((mesh, index) => ({ name: `c${index}`, mesh })) }));

/** What `meshRules` of a bundle for these clusters answers for a cluster with this target. */
async function rulesIn(meshes: string[], target: string): Promise<readonly string[]> {
  const stdin = {
    contents: `import { meshRules } from './shared/lambda/compose/mesh-rules.ts';
      module.exports = (name) => meshRules({ name: 'c', mesh: name }).map(({ title }) => title);`,
    resolveDir: process.cwd(),
  };
  const { outputFiles } = await build({
    ...{ stdin, bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node24' },
    plugins: [meshTargetPlugin(needed(...meshes))],
  });
  const module = { exports: (_: string): readonly string[] => [] };
  new Function('module', 'require', outputFiles[0]?.text ?? '')(module, process.getBuiltinModule);
  return module.exports(target);
}

describe('the mesh targets in a bundle', () => {
  it('the targets that a deployment needs are those that any cluster names', () => {
    expect(needed('istio', ['envoy', 'istio'])).toEqual({
      targets: new Set(['istio', 'envoy']),
      rules: new Set(['istio', 'envoy']),
    });
  });

  it('a cluster without a target needs the rules of App Mesh to be explained, and no target', () => {
    expect(needed(undefined)).toEqual({ targets: new Set(), rules: new Set(['app-mesh']) });
  });

  it('a target that clusters.yml names works in the bundle', async () => {
    expect(await rulesIn(['istio', 'envoy'], 'istio')).toEqual(['Istio']);
  });

  it('a target that clusters.yml does not name says that a new deployment is needed', async () => {
    await expect(rulesIn(['istio'], 'envoy')).rejects.toThrow(
      'mesh target envoy is not in this deployment: deploy again',
    );
  });
});
