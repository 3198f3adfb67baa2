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
  /** Where and how the input has a field. */
  readonly field: FieldOf;
}

export type FieldOf = (path: readonly (string | number)[]) => Field;

export interface Field {
  /** From 1; of a field that is not there, the line of what should have it. */
  readonly line: number;
  /** A scalar without quotes as the input writes it, such as `yes`; undefined for anything else. */
  readonly source: string | undefined;
}

/** Manifests that cannot be read. The message has one line for each fault, and is printed without a stack trace. */
export class ManifestError extends Error {
  /** The others. */
  readonly readable: readonly ReadManifest[];

  constructor(message: string, readable: readonly ReadManifest[] = []) {
    super(message);
    this.readable = readable;
  }
}

/** `shop/cart.yaml:12 (document 2)` */
export function placeText({ file, document, line }: SourcePlace): string {
  return `${file}:${line} (document ${document})`;
}

/** `VirtualNode shop/cart`, as messages name an object. */
export function manifestText({ kind, metadata }: Manifest, namespace = metadata.namespace): string {
  const { name, generateName } = metadata;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name ?? `${generateName}…`}`;
}
