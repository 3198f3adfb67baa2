import type { Kind } from '../kinds/kind.ts';
import type { Registry } from '../kinds/registry.ts';
import type { KubernetesObject } from '../model/objects.ts';
import type { Store } from '../storage/store.ts';
import type { Admission } from './admission.ts';

/** The context of every verb. */
export interface ApiContext {
  readonly store: Store;
  readonly registry: Registry;
  /** Sets values that the server allocates on creation, such as a Service's address, in place. */
  allocate(kind: Kind, object: KubernetesObject): void;
  /** Of new objects; undefined to admit all as they are. */
  readonly admission?: Admission | undefined;
}

export interface WriteOptions {
  /** The field manager, as in `kubectl-client-side-apply`. */
  readonly manager: string;
  readonly dryRun?: boolean;
  /** How unknown fields are handled: dropped, dropped with a warning, or rejected. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly subresource?: 'status' | 'scale' | undefined;
}

export interface Written {
  readonly object: KubernetesObject;
  /** Shown to the client in Warning headers. */
  readonly warnings: readonly string[];
  readonly isCreated: boolean;
}

/** RFC 3339 in seconds, as in metadata. */
export function timestamp(atMs = Date.now()): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
