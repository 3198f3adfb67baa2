/** The path that stands for standard input. */
export const standardInput = '-';

/** An object of a manifest, as for `kubectl apply`. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    /** Absent with generateName. */
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Where an object is in the input. */
export interface SourcePlace {
  /** As given by the user, or with its folder: `shop/cart.yaml`. */
  readonly file: string;
  /** From 1, without documents that are empty. */
  readonly document: number;
  /** From 1, of the first line of the object. */
  readonly line: number;
}

export interface ReadManifest {
  readonly manifest: Manifest;
  readonly place: SourcePlace;
}

/** Manifests that cannot be read. The message has one line for each fault, and is printed without a stack trace. */
export class ManifestError extends Error {}

/** `shop/cart.yaml:12 (document 2)` */
export function placeText({ file, document, line }: SourcePlace): string {
  return `${file}:${line} (document ${document})`;
}

/** `VirtualNode shop/cart`, as messages name an object. */
export function manifestText({ kind, metadata }: Manifest, namespace = metadata.namespace): string {
  const { name, generateName } = metadata;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name ?? `${generateName}…`}`;
}
