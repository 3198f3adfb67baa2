import { describe, expect, it } from 'vitest';
import { type ClusterConfig, clustersFile } from '../../../shared/model/cluster-config.ts';
import {
  envoyConfigOf,
  explainedTargets,
  gatewayApiConfigOf,
  istioConfigOf,
  meshTargetsOf,
  polledEveryMinutes,
} from '../../../shared/model/config/mesh-targets.ts';
import { describeFaults } from '../../../shared/model/faults.ts';

const parse = (fields: object) => clustersFile.safeParse({ clusters: [{ name: 'production', ...fields }] });

function cluster(fields: object): ClusterConfig {
  const [config] = parse(fields).data?.clusters ?? [];
  if (config === undefined) throw new Error(faultsOf(fields));
  return config;
}

function faultsOf(fields: object): string {
  const { error } = parse(fields);
  return error === undefined ? '' : describeFaults(error);
}

const namesOf = (fields: object) => meshTargetsOf(cluster(fields)).map(({ name }) => name);

describe('the mesh targets of a cluster', () => {
  it.each([
    [{}, []],
    [{ appMesh: {} }, ['app-mesh']],
    [{ mesh: 'app-mesh' }, ['app-mesh']],
    [{ mesh: 'istio' }, ['istio']],
    [{ mesh: 'gateway-api' }, ['gateway-api']],
    [{ mesh: 'envoy' }, ['envoy']],
    [{ mesh: 'istio', appMesh: {} }, ['istio']],
    [{ mesh: [], appMesh: {} }, []],
    [{ mesh: ['app-mesh', 'istio'] }, ['app-mesh', 'istio']],
    [{ mesh: ['istio', 'app-mesh'], appMesh: {} }, ['istio', 'app-mesh']],
  ])('a cluster with %j in clusters.yml has the mesh targets %j', (fields, names) => {
    expect(namesOf(fields)).toEqual(names);
  });

  it.each([
    [{}, ['app-mesh']],
    [{ mesh: [] }, ['app-mesh']],
    [{ mesh: 'istio' }, ['istio']],
    [{ mesh: ['envoy', 'app-mesh'] }, ['envoy', 'app-mesh']],
  ])('objects of a cluster with %j in clusters.yml are explained by the rules of %j', (fields, names) => {
    expect(explainedTargets(cluster(fields))).toEqual(names);
  });

  it.each([
    [{ mesh: 'envoy', envoy: { instancesEveryMinutes: 7 } }, 7],
    [{ mesh: ['istio', 'envoy'], envoy: { instancesEveryMinutes: 7 } }, 7],
    [{ mesh: 'envoy', envoy: { instancesEveryMinutes: 0 } }, undefined],
    [{ mesh: 'istio' }, undefined],
    [{}, undefined],
  ])(
    'the proxies of a cluster with %j in clusters.yml follow Cloud Map every %j minutes',
    (fields, expected) => {
      expect(polledEveryMinutes(cluster(fields))).toBe(expected);
    },
  );

  it('each mesh target has its own interval of verification, one hour by default', () => {
    const config = cluster({ mesh: ['app-mesh', 'istio'], appMesh: { verifyEveryMinutes: 30 } });
    expect(meshTargetsOf(config)).toEqual([
      { name: 'app-mesh', verifyEveryMinutes: 30 },
      { name: 'istio', verifyEveryMinutes: 60 },
    ]);
  });

  it('the mesh targets of a cluster have the options of clusters.yml, or the defaults', () => {
    const config = cluster({
      mesh: ['app-mesh', 'istio', 'gateway-api'],
      gatewayApi: { gatewayClass: 'a.b' },
    });
    expect(config.appMesh?.quotas.virtualNodes).toBe(200);
    expect(istioConfigOf(config)).toEqual({ verifyEveryMinutes: 60, rootNamespace: 'istio-system' });
    expect(gatewayApiConfigOf(config)).toEqual({ verifyEveryMinutes: 60, gatewayClass: 'a.b' });
    expect(gatewayApiConfigOf(cluster({}))).toEqual({ verifyEveryMinutes: 60, gatewayClass: 'istio' });
    const envoy = {
      ...{ verifyEveryMinutes: 60, clusterDomain: 'cluster.local' },
      ...{ refreshPods: true, instancesEveryMinutes: 1 },
    };
    expect(envoyConfigOf(cluster({ mesh: 'envoy' }))).toEqual(envoy);
    expect(envoyConfigOf(cluster({}))).toEqual(envoy);
  });

  it('the mesh targets of a cluster are the same if a validated clusters.yml is validated again', () => {
    const config = cluster({ mesh: 'istio', appMesh: {} });
    expect(cluster(JSON.parse(JSON.stringify({ ...config, name: undefined })))).toEqual(config);
  });

  it.each([
    [{ mesh: 'linkerd' }, 'clusters[0].mesh: expected one or several of app-mesh, istio, gateway-api, envoy'],
    [{ envoy: {} }, 'clusters[0].envoy: has no effect, since no target is named; add mesh: envoy'],
    [
      { mesh: 'envoy', envoy: { clusterDomain: 'Cluster.local.' } },
      'expected a DNS domain without a final dot',
    ],
    [{ mesh: 'envoy', envoy: { settleSeconds: 0 } }, 'expected 1 or more'],
    [{ mesh: ['istio', 'istio'] }, 'clusters[0].mesh: names istio twice'],
    [{ istio: {} }, 'clusters[0].istio: has no effect, since no target is named; add mesh: istio'],
    [{ gatewayApi: {}, appMesh: {} }, 'add mesh: gateway-api, or mesh: [app-mesh, gateway-api]'],
    [{ mesh: 'istio', istio: { root: 'x' } }, 'clusters[0].istio: Unrecognized key: "root"'],
    [{ mesh: 'istio', istio: { rootNamespace: 'A' } }, 'expected the name of a Kubernetes namespace'],
    [{ mesh: 'gateway-api', gatewayApi: { gatewayClass: '' } }, 'expected the name of a GatewayClass'],
    [{ mesh: 'istio', istio: { verifyEveryMinutes: 0 } }, 'clusters[0].istio.verifyEveryMinutes: Too small'],
  ])('a cluster with %j in clusters.yml is refused', (fields, fault) => {
    expect(faultsOf(fields)).toContain(fault);
  });
});
