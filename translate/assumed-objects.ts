import type { ClusterObject } from '../shared/model/kubernetes.ts';

interface Assumed {
  readonly meshes: readonly ClusterObject[];
  /** By namespace. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What was assumed, for people. */
  readonly notes: readonly string[];
}

/**
 * What the manifests leave out: a Mesh, if there is none, and namespaces without a manifest, which get the labels that the
 * selectors of Meshes and gateways ask for.
 */
export function assumed(objects: readonly ClusterObject[]): Assumed {
  const meshes = objects.some(({ kind }) => kind === 'Mesh') ? [] : [anyMesh];
  const known = new Map(
    objects
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata: { name, labels = {} } }) => [name, labels] as const),
  );
  const used = new Set(objects.flatMap(({ metadata: { namespace } }) => namespace ?? []));
  const missing = [...used].filter((namespace) => !known.has(namespace)).sort();
  const selected = selectedLabels(objects);
  const labelText = Object.entries(selected).map(([name, value]) => `${name}=${value}`);
  return {
    meshes,
    labels: new Map([...known, ...missing.map((namespace) => [namespace, selected] as const)]),
    notes: [
      ...(meshes.length > 0
        ? [
            'No Mesh in the files: one that selects every namespace is assumed, with the default egressFilter of App Mesh, DROP_ALL',
          ]
        : []),
      ...missing.map(
        (namespace) =>
          `No Namespace "${namespace}" in the files: it is assumed to have ${labelText.length > 0 ? `the labels ${labelText.join(', ')}` : 'no labels'}`,
      ),
    ],
  };
}

const anyMesh: ClusterObject = {
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind: 'Mesh',
  metadata: { name: 'mesh', uid: 'assumed', resourceVersion: '1', creationTimestamp: '1970-01-01T00:00:00Z' },
  spec: { namespaceSelector: {} },
};

/** Of several selectors with one label, the first counts. */
function selectedLabels(objects: readonly ClusterObject[]): Readonly<Record<string, string>> {
  const selectors = objects
    .filter(({ kind }) => kind === 'Mesh' || kind === 'VirtualGateway')
    .map(
      ({ spec }) => spec?.namespaceSelector as { matchLabels?: Record<string, string> } | null | undefined,
    );
  return Object.assign({}, ...selectors.map((selector) => selector?.matchLabels ?? {}).reverse());
}
