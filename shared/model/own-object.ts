import { annotationPrefix } from './kubernetes.ts';
import type { LiveObject, Manifest } from './kubernetes-object.ts';

/** What an object in the cluster is made from: a Cloud Map service, or an object of `appmesh.k8s.aws`. */
export type ObjectSource = 'cloud-map' | 'mesh-objects';

/** Whose object it is, as its labels and annotations state. */
export interface Ownership {
  readonly source: ObjectSource;
  /** The name of the cluster in clusters.yml. */
  readonly cluster: string;
  /** `VirtualRouter shop/cart`, or `<account>/<Region>/<namespace>/<service>` of Cloud Map as far as known. */
  readonly sourceObject: string;
}

/** The name of our field manager for server-side apply. */
export const fieldManager = 'eks-mesh-sync';

const managedByLabel = 'app.kubernetes.io/managed-by';
const sourceLabel = `${annotationPrefix}source`;
const clusterAnnotation = `${annotationPrefix}cluster`;
const sourceObjectAnnotation = `${annotationPrefix}source-object`;

interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The labels and annotations of an object of ours. */
export function ownershipMarks({ source, cluster, sourceObject }: Ownership): Marks {
  return {
    labels: { [managedByLabel]: fieldManager, [sourceLabel]: source },
    annotations: { [clusterAnnotation]: cluster, [sourceObjectAnnotation]: sourceObject },
  };
}

/** The manifest with the marks of an object of ours added. */
export function markedManifest(manifest: Manifest, ownership: Ownership): Manifest {
  const { labels, annotations } = ownershipMarks(ownership);
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...labels },
      annotations: { ...metadata.annotations, ...annotations },
    },
  };
}

/** Selects the objects that we may have made from this source, of whatever cluster. */
export function ownSelector(source: ObjectSource): string {
  return `${managedByLabel}=${fieldManager},${sourceLabel}=${source}`;
}

/** What may have marks. */
interface Marked {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
}

/** What the object's marks state; undefined if it has not all of them. */
export function ownershipOf({ metadata }: Marked): Ownership | undefined {
  const { labels = {}, annotations = {} } = metadata;
  const source = labels[sourceLabel];
  const cluster = annotations[clusterAnnotation];
  const sourceObject = annotations[sourceObjectAnnotation];
  if (labels[managedByLabel] !== fieldManager || cluster === undefined || sourceObject === undefined)
    return undefined;
  return source === 'cloud-map' || source === 'mesh-objects' ? { source, cluster, sourceObject } : undefined;
}

/**
 * Whether the object is ours: its marks name this source and this cluster, and its source object is one from which we
 * would make an object of this kind, namespace and name (`isMadeFrom`). Labels and annotations that somebody copied to
 * another object make nothing ours.
 */
export function isOwn(
  object: LiveObject,
  { source, cluster }: Pick<Ownership, 'source' | 'cluster'>,
  isMadeFrom: (object: LiveObject, sourceObject: string) => boolean,
): boolean {
  const marks = ownershipOf(object);
  return marks?.source === source && marks.cluster === cluster && isMadeFrom(object, marks.sourceObject);
}
