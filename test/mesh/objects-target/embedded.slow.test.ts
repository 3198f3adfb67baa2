import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { applyPatch, send, startQuickCluster } from '../../../packages/embedded-kubernetes/test/harness.ts';
import { definitionsOf } from '../../../playground/definitions/definitions.ts';
import { KubernetesObjectsAdapter } from '../../../shared/adapters/kubernetes/kubernetes-objects.ts';
import { objectsTarget } from '../../../shared/mesh/objects-target/objects-target.ts';
import type { ObjectClaim } from '../../../shared/mesh/objects-target/plan/object-claim.ts';
import type { KindVersions } from '../../../shared/mesh/plan/object-resource.ts';
import type { TargetRules } from '../../../shared/mesh/plan/target-rules.ts';
import { versions as gatewayApiVersions } from '../../../shared/mesh/targets/gateway-api/plan/object-name.ts';
import { gatewayApiRules } from '../../../shared/mesh/targets/gateway-api/plan/rules.ts';
import { istioVersions } from '../../../shared/mesh/targets/istio/plan/kinds.ts';
import { istioRules } from '../../../shared/mesh/targets/istio/plan/rules.ts';
import type { ClusterConfig } from '../../../shared/model/cluster-config.ts';
import { type Manifest, MeshHarness, manifestsIn } from '../harness/harness.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Target {
  readonly config: Record<string, unknown>;
  readonly rules: (cluster: ClusterConfig) => TargetRules<ObjectClaim>;
  readonly versions: KindVersions;
}

const istio: Target = { config: { mesh: 'istio' }, rules: istioRules, versions: istioVersions };
const gatewayApi = (gatewayClass: string): Target => ({
  config: { mesh: 'gateway-api', gatewayApi: { gatewayClass } },
  rules: gatewayApiRules,
  versions: gatewayApiVersions,
});

const definitions = [
  ...definitionsOf('istio'),
  ...definitionsOf('gateway-api'),
  ...definitionsOf('aws-gateway-api-controller'),
];

/** A mesh whose target are objects of an embedded cluster, which validates them by the definitions of their makers. */
async function meshIn({ config, rules, versions }: Target, manifests: readonly Manifest[]) {
  const cluster = await startQuickCluster({ definitions });
  cleanups.push(() => cluster.stop());
  const namespaces = new Set([
    'istio-system',
    ...manifests.flatMap(({ metadata }) => metadata.namespace ?? []),
  ]);
  for (const name of namespaces)
    await send(cluster, 'POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  const requests: string[] = [];
  const adapter = new KubernetesObjectsAdapter(
    async () => ({ server: cluster.url }),
    (request) => void requests.push(request),
  );
  const harness = new MeshHarness({
    config,
    wrap: (deps) => ({
      ...deps,
      meshTargets: (each) => [objectsTarget({ rules: rules(each), objects: adapter, versions })],
    }),
  });
  harness.apply(...manifests);
  await harness.settleInOneRun();
  const changesDuring = async (act: () => Promise<void>) => {
    requests.length = 0;
    await act();
    return requests.filter((request) => /^(patch|delete) /.test(request));
  };
  return { harness, cluster, changesDuring };
}

function conditionsOf(harness: MeshHarness): readonly string[] {
  return [...harness.objects.values()]
    .filter(({ manifest: { kind } }) => kind !== 'Namespace')
    .map(({ manifest: { kind, metadata } }) => {
      const { is, message } = harness.activeOf(kind, metadata.name, metadata.namespace);
      return is === 'True Applied' ? is : `${kind} ${metadata.name} ${is}: ${message}`;
    });
}

const example = (name: string) =>
  manifestsIn(readFileSync(new URL(`../../../examples/${name}.yaml`, import.meta.url), 'utf8'));

describe('objects in an API server', () => {
  it.each([
    ['Istio', 'howto-k8s-cloudmap', istio],
    ['Istio', 'blue-green', istio],
    ['VPC Lattice', 'howto-k8s-cloudmap', gatewayApi('amazon-vpc-lattice')],
  ])(
    'the %s objects of the example %s are valid, and as they were applied at each verification',
    async (_, file, target) => {
      const { harness, changesDuring } = await meshIn(target, example(file));
      expect(conditionsOf(harness).filter((each) => each !== 'True Applied')).toEqual([]);
      expect(await changesDuring(() => harness.reconcile({ verify: true }))).toEqual([]);
      harness.delete(...[...harness.objects.values()].map(({ manifest }) => manifest));
      const deletions = await changesDuring(() => harness.settleInOneRun());
      expect(deletions.length).toBeGreaterThan(2);
      expect(harness.stores.meshClaims.items.size).toBe(0);
    },
  );

  it('a change by another field manager is repaired by the next verification, and nothing else is', async () => {
    const { harness, cluster, changesDuring } = await meshIn(istio, example('blue-green'));
    const claims = [...harness.stores.meshClaims.items.values()] as ObjectClaim[];
    const claim = claims.find(({ resource }) => resource.kind === 'VirtualService');
    const { namespace, name } = claim?.resource ?? { namespace: '', name: '' };
    const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/${name}`;
    const { body: before } = await send(cluster, 'GET', path);
    const patch = {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { namespace, name } },
      spec: { hosts: ['other.example.com'] },
    };
    await send(cluster, 'PATCH', `${path}?fieldManager=kubectl&force=true`, patch, applyPatch);
    const repairs = await changesDuring(() => harness.reconcile({ verify: true }));
    expect(repairs).toEqual([`patch virtualservices.networking.istio.io ${name} in namespace ${namespace}`]);
    const { body: after } = await send(cluster, 'GET', path);
    expect(after.spec).toEqual(before.spec);
    expect(await changesDuring(() => harness.reconcile({ verify: true }))).toEqual([]);
  });
});
