import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { meshManifests } from '../../../property/mesh-manifests.ts';
import { samples } from '../field-samples.ts';
import { objectsOf, translated } from './translated.ts';

/**
 * Writes the objects of random meshes, and of the samples of each field, to a file, for Istio's own validation:
 *
 *   node test/mesh/targets/istio/write-samples.ts FILE [SEED]
 */
const [file, seed = '1'] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: write-samples.ts FILE [SEED]');
const meshes = [
  ...fc.sample(meshManifests, { numRuns: 300, seed: Number(seed) }),
  ...samples.map(({ context, manifest }) => [...context, manifest]),
];
const objects = meshes.flatMap((manifests, index) =>
  objectsOf(translated(...manifests)).map((object) => {
    const { namespace, name } = object.metadata;
    return { ...object, metadata: { name, namespace: `${namespace}-${index}` } };
  }),
);
writeFileSync(file, objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(''));
