import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../../../packages/embedded-kubernetes/src/index.ts';
import { send, startQuickCluster } from '../../../../packages/embedded-kubernetes/test/harness.ts';
import { definitionsOf } from '../../../../playground/definitions/definitions.ts';
import { KubernetesObjectsAdapter } from '../../../../shared/adapters/kubernetes/kubernetes-objects.ts';
import { istioVersions } from '../../../../shared/mesh/targets/istio/plan/kinds.ts';
import type { KubernetesObjects } from '../../../../shared/ports/kubernetes-objects.ts';
import { meshManifests } from '../../../property/mesh-manifests.ts';
import { samples } from '../field-samples.ts';
import { type IstioObject, objectsOf, translated } from './translated.ts';

/** `PROPERTY_RUNS=10000 npm run test:properties` for a long run. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 5);

let cluster: Cluster;
let objects: KubernetesObjects;

beforeAll(async () => {
  cluster = await startQuickCluster({ definitions: definitionsOf('istio') });
  objects = new KubernetesObjectsAdapter(async () => ({ server: cluster.url }));
  for (const name of ['apps', 'other', 'istio-system'])
    await send(cluster, 'POST', '/api/v1/namespaces', {
      ...{ apiVersion: 'v1', kind: 'Namespace' },
      metadata: { name },
    });
});
afterAll(() => cluster.stop());

async function applyAll(all: readonly IstioObject[]): Promise<void> {
  for (const object of all) {
    const applied = await objects.apply(object, { force: true });
    // Nothing that is sent is pruned as unknown.
    expect(applied.spec).toMatchObject(object.spec);
  }
}

describe("Istio's definitions in the API server", () => {
  it('Istio’s definitions in the API server serve every kind in the preferred version', async () => {
    for (const [kind, versions] of Object.entries(istioVersions)) {
      const group = { PeerAuthentication: 'security', Telemetry: 'telemetry' }[kind] ?? 'networking';
      expect(await objects.servedVersion(`${group}.istio.io`, kind, versions)).toBe('v1');
    }
  });

  it('Istio’s definitions in the API server accept the translation of every App Mesh field', async () => {
    for (const { context, manifest } of samples) await applyAll(objectsOf(translated(...context, manifest)));
  });

  it('Istio’s definitions in the API server accept the translation of whole meshes', async () => {
    await fc.assert(
      fc.asyncProperty(meshManifests, (manifests) => applyAll(objectsOf(translated(...manifests)))),
      { numRuns },
    );
  });
});
