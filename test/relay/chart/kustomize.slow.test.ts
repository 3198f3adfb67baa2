import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { optionsOf } from './container.ts';
import { helmIsMissing, type Manifest } from './helm.ts';
import {
  chartObjects,
  kubectlIsMissing,
  kustomize,
  kustomizeFiles,
  kustomizeFolder,
  namespace,
} from './kustomize.ts';

const sorted = (objects: readonly object[]) =>
  (objects as Manifest[]).toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
const keyOf = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`;

describe.skipIf(helmIsMissing || kubectlIsMissing)('relay/kustomize', () => {
  it('the files that are made from the chart are those in the repository', () => {
    for (const [path, text] of Object.entries(kustomizeFiles()))
      expect([path, readFileSync(join(kustomizeFolder, path), 'utf8')]).toEqual([path, text]);
  });

  it('the base is what the chart installs with its defaults, and the namespace', () => {
    const base = kustomize(join(kustomizeFolder, 'base'));
    expect(sorted(base)).toEqual(sorted([namespace, ...chartObjects({})]));
  });

  it('the example is what the chart installs with the same values, and an API server accepts each field', async () => {
    const example = kustomize(join(kustomizeFolder, 'overlays/example'));
    const values = {
      ...{ cluster: 'production', eventBus: 'eks-mesh-sync-production', region: 'eu-west-1', replicas: 2 },
      image: { repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/eks-mesh-sync-relay', tag: '0.1.0' },
      networkPolicy: { enabled: true },
      serviceAccount: { roleArn: 'arn:aws:iam::123456789012:role/relay-production' },
    };
    expect(sorted(withSortedVariables(example))).toEqual(
      sorted(withSortedVariables([namespace, ...chartObjects(values)])),
    );
    const cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
    try {
      expect(cluster.apply(example).map(({ action }) => action)).toEqual(example.map(() => 'created'));
    } finally {
      await cluster.stop();
    }
    const deployment = example.find(({ kind }) => kind === 'Deployment');
    expect(optionsOf(deployment?.spec.template.spec.containers[0])).toMatchObject({
      ...{ cluster: 'production', lease: { namespace: 'eks-mesh-sync', name: 'eks-mesh-sync-relay' } },
    });
  });
});

/** A patch adds its variables in another order than the chart. */
function withSortedVariables(objects: readonly object[]): Manifest[] {
  return JSON.parse(JSON.stringify(objects), (key, value) =>
    key === 'env'
      ? value.toSorted((a: Manifest, b: Manifest) => `${a.name}`.localeCompare(`${b.name}`))
      : value,
  );
}
