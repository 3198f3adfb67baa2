import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { substitute } from '../../../playground/manifests/substitute.ts';
import { type Manifest, manifestsIn } from './harness.ts';

/** Manifests that people run. They are nobody's to copy, so that a checkout may be without them. */
const folder = new URL('../../../../shared/vectors/app-mesh-manifests/', import.meta.url);

export const missingManifests = existsSync(folder)
  ? undefined
  : 'skipped: there is no folder ../shared/vectors/app-mesh-manifests beside the project';

const values = { APP_NAMESPACE: 'apps', MESH_NAME: 'shop', CLOUDMAP_NAMESPACE: 'shop.local' };

/** The mesh objects and namespaces of some of the files, their variables filled in. */
export function manifestsOf(...files: readonly string[]): readonly Manifest[] {
  return files.flatMap((file) => manifestsIn(readFileSync(new URL(file, folder), 'utf8'), values));
}

/** What a mesh has nothing to do with. */
const images = {
  APP: 'app',
  AWS_ACCOUNT_ID: '111122223333',
  AWS_DEFAULT_REGION: 'us-west-2',
  ...{ CLIENT_APP_IMAGE: 'client', COLOR_APP_IMAGE: 'color', ENVOY_IMAGE: 'envoy', FRONT_APP_IMAGE: 'front' },
};

/** All that some of the files say, as `kubectl apply` takes it. */
export function textOf(...files: readonly string[]): string {
  const texts = files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return substitute(texts.join('\n---\n'), files.join(), 'all', { ...values, ...images });
}

export function filesOfManifests(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort();
}
