import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';

/** Manifests that people run. They are nobody's to copy, so that a checkout may be without them. */
const folder = new URL('../../../../../../shared/vectors/app-mesh-manifests/', import.meta.url);

export const missingManifests = existsSync(folder)
  ? undefined
  : 'skipped: there is no folder ../shared/vectors/app-mesh-manifests beside the project';

const object = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  spec: z.record(z.string(), z.unknown()).optional(),
});

/** The App Mesh objects of each file; for `${APP_NAMESPACE}` stands `app-namespace`. */
export function readManifests() {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  return files.sort().map((file) => ({ file, objects: objectsOf(new URL(file, folder)) }));
}

function objectsOf(file: URL) {
  const text = readFileSync(file, 'utf8').replace(/\$\{(\w+)\}/g, (_, name: string) =>
    name.toLowerCase().replaceAll('_', '-'),
  );
  return parseAllDocuments(text)
    .map((document) => document.toJS() as unknown)
    .filter((content) => content !== null)
    .map((content) => object.parse(content))
    .filter(({ apiVersion }) => apiVersion.startsWith('appmesh.k8s.aws/'));
}
