import { describe, expect, it } from 'vitest';
import { meshRules } from '../../../shared/lambda/compose/mesh-rules.ts';
import { perMeshTargets } from '../../../shared/lambda/compose/mesh-targets.ts';
import { type ClusterConfig, clustersFile } from '../../../shared/model/cluster-config.ts';
import { meshTargetsOf } from '../../../shared/model/config/mesh-targets.ts';

function cluster(fields: object = {}): ClusterConfig {
  const [config] = clustersFile.parse({ clusters: [{ name: 'production', ...fields }] }).clusters;
  if (config === undefined) throw new Error('expected one cluster');
  return config;
}

const withAppMesh = cluster({ appMesh: { region: 'eu-west-1', verifyEveryMinutes: 30 } });

describe('the mesh target of a cluster', () => {
  it('the mesh target of a cluster is the one whose section clusters.yml has', () => {
    expect(meshTargetsOf(withAppMesh)).toEqual([{ name: 'app-mesh', verifyEveryMinutes: 30 }]);
    const [target] = perMeshTargets()(withAppMesh);
    expect(target?.rules).toMatchObject({
      name: 'app-mesh',
      title: 'App Mesh',
      claimant: 'production#|eu-west-1|',
    });
  });

  it('the mesh target of a cluster has the same claims for explain, which has no client of it', () => {
    const claimants = perMeshTargets()(withAppMesh).map(({ rules }) => rules.claimant);
    expect(meshRules(withAppMesh).map(({ claimant }) => claimant)).toEqual(claimants);
  });

  it('the mesh target of a cluster is none without a section; its objects are then explained by the rules of App Mesh', () => {
    expect(meshTargetsOf(cluster())).toEqual([]);
    expect(perMeshTargets()(cluster())).toEqual([]);
    expect(meshRules(cluster()).map(({ title }) => title)).toEqual(['App Mesh']);
  });

  it('the mesh targets of a cluster can be all of them, each with claims of its own', () => {
    const config = cluster({
      mesh: ['istio', 'app-mesh', 'gateway-api', 'envoy'],
      gatewayApi: { gatewayClass: 'a' },
    });
    const rules = perMeshTargets()(config).map((target) => target.rules);
    expect(rules.map(({ name, title }) => [name, title])).toEqual([
      ['istio', 'Istio'],
      ['app-mesh', 'App Mesh'],
      ['gateway-api', 'Gateway API (a)'],
      ['envoy', 'Envoy'],
    ]);
    const claimants = rules.map(({ claimant }) => claimant);
    expect(new Set(claimants).size).toBe(4);
    expect(meshRules(config).map(({ claimant }) => claimant)).toEqual(claimants);
  });
});
