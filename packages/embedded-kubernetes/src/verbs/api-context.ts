import type { Kind } from '../kinds/kind.ts';
import type { Registry } from '../kinds/registry.ts';
import type { KubernetesObject } from '../model/objects.ts';
import type { Store } from '../storage/store.ts';

/** What every verb works on. */
export interface ApiContext {
  readonly store: Store;
  readonly registry: Registry;
  /** Values that the server allocates on creation, such as a Service's address; in place. */
  allocate(kind: Kind, object: KubernetesObject): void;
}

export interface WriteOptions {
  /** The field manager, as in `kubectl-client-side-apply`. */
  readonly manager: string;
  readonly dryRun?: boolean;
  /** What becomes of unknown fields: dropped silently, dropped with a warning, or refused. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly subresource?: 'status' | 'scale' | undefined;
}

export interface Written {
  readonly object: KubernetesObject;
  /** Shown to the client in Warning headers. */
  readonly warnings: readonly string[];
  readonly isCreated: boolean;
}

/** RFC 3339 to the second, as metadata has it. */
export function timestamp(atMs = Date.now()): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
