import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applyPatch,
  send,
  startQuickCluster,
} from '../../../../packages/embedded-kubernetes/test/harness.ts';
import { definitionsOf } from '../../../../playground/definitions/definitions.ts';
import { meshManifests } from '../../../property/mesh-manifests.ts';
import { anExample } from '../../harness/manifests.ts';
import { translated, type Written } from './harness.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 15);

let cluster: Cluster;
beforeAll(async () => {
  const folders = ['gateway-api', 'aws-gateway-api-controller'] as const;
  cluster = await startQuickCluster({ definitions: folders.flatMap((folder) => definitionsOf(folder)) });
  for (const name of ['apps', 'other'])
    await send(cluster, 'POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
});
afterAll(() => cluster.stop());

async function faultsOf(object: Written): Promise<unknown> {
  const { apiVersion, kind, metadata } = object;
  const group = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const plural = `${kind.toLowerCase()}s`.replace('policys', 'policies');
  const path = `/${group}/namespaces/${metadata.namespace}/${plural}/${metadata.name}?fieldManager=test&force=true`;
  const { status, body } = await send(cluster, 'PATCH', path, object, applyPatch);
  return status < 300 ? undefined : { object, fault: body };
}

/** With a node in Cloud Map that selects pods, so that each class writes all of its kinds, whatever else is generated. */
const everyKind = anExample().map((manifest) =>
  manifest.kind === 'VirtualNode'
    ? {
        ...manifest,
        spec: { ...manifest.spec, podSelector: { matchLabels: { app: manifest.metadata.name } } },
      }
    : manifest,
);

/** TCPRoute is in the experimental channel of the release that the definitions are of. */
const isDefined = ({ kind }: Written) => kind !== 'TCPRoute';

describe.each(['istio', 'amazon-vpc-lattice', 'nginx'])('the objects of class %s', (gatewayClass) => {
  it(`objects of gateway class ${gatewayClass} are valid by the definitions of their kinds`, async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(meshManifests, async (manifests) => {
        for (const object of translated(manifests, gatewayClass).objects.filter(isDefined)) {
          kinds.add(object.kind);
          expect(await faultsOf(object)).toBeUndefined();
        }
      }),
      { numRuns, examples: [[everyKind]] },
    );
    expect([...kinds]).toEqual(expect.arrayContaining(['Gateway', 'Service']));
  });
});
