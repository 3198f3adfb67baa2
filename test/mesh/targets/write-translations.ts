import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { exampleFiles } from '../../examples.ts';
import { meshManifests } from '../../property/mesh-manifests.ts';
import { cases } from '../../routing/arbitrary/cases.ts';
import { forGatewayApi } from '../../routing/arbitrary/matches.ts';
import type { Manifest } from '../../routing/request.ts';
import { toGatewayApi, toIstio } from '../../routing/targets.ts';
import { examples } from '../harness/examples.ts';
import { manifestsIn } from '../harness/harness.ts';
import { manifestsOf, missingManifests } from '../harness/vectors.ts';

/**
 * Writes what each target of objects makes of the examples, of manifests that people run, and of meshes at random, a file
 * for each mesh, for the validation of others:
 *
 *   node test/mesh/targets/write-translations.ts FOLDER [SEED]
 */
const [folder, seed = '1'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: write-translations.ts FOLDER [SEED]');

const samples = { numRuns: 100, seed: Number(seed) };
const meshes: Readonly<Record<string, readonly Manifest[]>> = {
  ...Object.fromEntries(
    exampleFiles().map((file) => [file, manifestsIn(readFileSync(join('examples', file), 'utf8'))]),
  ),
  ...named(
    'vectors',
    missingManifests === undefined
      ? examples.map(({ files, ground = [] }) => [...ground, ...manifestsOf(...files)])
      : [],
  ),
  ...named(
    'routes',
    fc.sample(cases(), samples).map(({ manifests }) => manifests),
  ),
  ...named(
    'services',
    fc.sample(cases(forGatewayApi), samples).map(({ manifests }) => manifests),
  ),
  ...named('meshes', fc.sample(meshManifests, samples)),
};

const targets = {
  istio: toIstio,
  'gateway-api': toGatewayApi,
  lattice: (manifests: readonly Manifest[]) => toGatewayApi(manifests, 'amazon-vpc-lattice'),
};

for (const [target, translate] of Object.entries(targets)) {
  mkdirSync(join(folder, target), { recursive: true });
  const written = Object.entries(meshes).map(([name, manifests]) => {
    const { objects } = translate(manifests);
    const text = objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
    writeFileSync(join(folder, target, `${name.replace(/\.yaml$/, '').replaceAll('/', '-')}.yaml`), text);
    return objects.length;
  });
  console.log(
    `${target}: ${written.reduce((sum, count) => sum + count, 0)} objects of ${written.length} meshes`,
  );
}

function named(
  name: string,
  all: readonly (readonly Manifest[])[],
): Readonly<Record<string, readonly Manifest[]>> {
  return Object.fromEntries(all.map((manifests, index) => [`${name}-${index}`, manifests]));
}
