import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ObjectResource } from '../../../shared/mesh/plan/object-resource.ts';
import type { ProxyContent } from '../../../shared/mesh/targets/envoy/plan/config-map.ts';
import type { InstancesOf } from '../../../shared/mesh/targets/envoy/plan/rules.ts';
import { withKept } from '../../../shared/mesh/targets/envoy/stages/with-kept.ts';
import { exampleFiles } from '../../examples.ts';
import { examples as vectorMeshes } from '../../mesh/harness/examples.ts';
import { type Manifest, manifestsIn } from '../../mesh/harness/harness.ts';
import { filesOfManifests, manifestsOf, missingManifests } from '../../mesh/harness/vectors.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { desiredEnvoys } from '../../mesh/targets/envoy/desired-envoys.ts';
import { meshManifests } from '../../property/mesh-manifests.ts';
import { cases } from '../../routing/arbitrary/cases.ts';

type Files = Readonly<Record<string, string>>;

export interface Proxy {
  /** `apps/front.virtual-node`. */
  readonly name: string;
  readonly files: Files;
}

/** Two instances outside of the cluster for some nodes, none for others, not known for the rest. */
const instancesOf: InstancesOf = ({ name }) => {
  if (name.length % 3 === 0) return undefined;
  return name.length % 3 === 1
    ? []
    : [
        { address: '10.9.0.1', port: 8080 },
        { address: 'fd00::1', port: undefined },
      ];
};

export interface MeshOfProxies {
  readonly proxies: readonly Proxy[];
  /** Of its objects, why they are not carried over. */
  readonly problems: readonly string[];
}

export function envoysOf(manifests: readonly Manifest[]): MeshOfProxies {
  const { resources, objects } = desiredEnvoys(directoryOf(...manifests), instancesOf);
  const proxies = [...resources.values()].flatMap(({ resource, spec }) => {
    const { kind, namespace, name } = resource as ObjectResource;
    const { data, kept } = spec as Partial<ProxyContent>;
    // As they are written for the first time: nothing can be kept of what has not been there.
    const files = data && withKept(data, kept, undefined);
    return kind === 'ConfigMap' && files ? [{ name: `${namespace}/${name}`, files }] : [];
  });
  const problems = objects.flatMap(({ entry: { id }, problems: all }) =>
    all.map(({ message }) => `${id.kind} ${id.namespace}/${id.name}: ${message}`),
  );
  return { proxies, problems };
}

/** The examples, by file. */
export function exampleMeshes(): Readonly<Record<string, readonly Manifest[]>> {
  return Object.fromEntries(
    exampleFiles().map((file) => [file, manifestsIn(readFileSync(join('examples', file), 'utf8'))]),
  );
}

/** Manifests that people run: each file on its own, and the sets that belong together; none if they are not here. */
export function publicMeshes(): Readonly<Record<string, readonly Manifest[]>> {
  if (missingManifests !== undefined) return {};
  const sets = vectorMeshes.map(({ files, ground = [] }) => [
    files.join('+'),
    [...ground, ...manifestsOf(...files)],
  ]);
  return Object.fromEntries([...filesOfManifests().map((file) => [file, manifestsOf(file)]), ...sets]);
}

/** Meshes at random: of routes that collide, and of all fields that there are. */
export const randomMeshes: fc.Arbitrary<readonly Manifest[]> = fc.oneof(
  cases().map(({ manifests }) => manifests as readonly Manifest[]),
  meshManifests as fc.Arbitrary<readonly Manifest[]>,
);
