/** A desired pod condition. */
export interface GateCondition {
  readonly status: 'True' | 'False';
  /** In CamelCase, for programs. */
  readonly reason: string;
  readonly message: string;
}

/** What a pod's writer recorded about the pod's gate, beyond the pod itself. Valid only for the pod with that uid. */
export interface GateNote {
  readonly uid: string;
  /** The condition last written, and the pod's resourceVersion after the write. */
  readonly written?: (GateCondition & { readonly resourceVersion: string }) | undefined;
  /** The ids of Cloud Map's register operations that are known to have succeeded. */
  readonly succeeded: readonly string[];
  /** When that was first read, by operation id, epoch milliseconds. Absent in notes of earlier versions. */
  readonly succeededAtMs?: Readonly<Record<string, number>> | undefined;
  /** Since when writes of the condition fail, epoch milliseconds. */
  readonly failingSinceMs?: number | undefined;
}
