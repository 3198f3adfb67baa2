import type { ApiServer } from './api-server.ts';
import type { ServedObject } from './patched-status.ts';
import type { WithheldStatuses } from './withheld.ts';

const pageSize = 500;
const meshRoot = '/apis/appmesh.k8s.aws/v1beta2';

interface Page {
  readonly kind?: string;
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly ListedObject[] | null;
}

export interface ListedObject extends ServedObject {
  readonly metadata: ServedObject['metadata'] & {
    readonly namespace?: string;
    readonly name: string;
    readonly managedFields?: unknown;
  };
}

/**
 * All objects of a kind, with the statuses that were withheld from the cluster. None if it does not serve the kind. Throws if a
 * page cannot be read.
 */
export async function listObjects(
  apiServer: ApiServer,
  withheld: WithheldStatuses,
  { apiVersion, plural }: { readonly apiVersion: string; readonly plural: string },
): Promise<readonly ListedObject[]> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const objects: ListedObject[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const after: string = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    const { code, body } = await apiServer.get(`${root}/${plural}?limit=${pageSize}${after}`);
    if (code === 404) return [];
    if (code !== 200) throw new Error(`${apiServer.url} answers HTTP ${code} to a list of ${plural}`);
    const { kind = '', metadata, items } = body as Page;
    for (const item of items ?? []) {
      const object = { apiVersion, kind: kind.replace(/List$/, ''), ...item };
      objects.push(withheld.known(pathOf(root, plural, item), withoutManagedFields(object)) as ListedObject);
    }
    next = metadata?.continue || undefined;
  }
  return objects;
}

/** The answer to a list of a kind of mesh objects, with the statuses that were withheld. */
export async function listOfMeshObjects(
  apiServer: ApiServer,
  withheld: WithheldStatuses,
  { url, plural }: { readonly url: string; readonly plural: string },
): Promise<{ readonly code: number; readonly body: unknown }> {
  const { code, body } = await apiServer.get(url);
  if (code !== 200) return { code, body };
  const page = body as Page;
  const items = (page.items ?? []).map((item) => withheld.known(pathOf(meshRoot, plural, item), item));
  return { code, body: { ...page, items } };
}

function pathOf(root: string, plural: string, { metadata: { namespace, name } }: ListedObject): string {
  return `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
}

/** Half of a large object, and nobody reads it. */
function withoutManagedFields(object: ListedObject): ListedObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
