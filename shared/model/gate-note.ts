/** A pod condition as it is to be. */
export interface GateCondition {
  readonly status: 'True' | 'False';
  /** In CamelCase, for programs. */
  readonly reason: string;
  readonly message: string;
}

/** What a pod's writer knows of the pod's gate beyond what the pod says. Counts for the pod of that uid only. */
export interface GateNote {
  readonly uid: string;
  /** The condition last set, and the pod's resourceVersion since. */
  readonly written?: (GateCondition & { readonly resourceVersion: string }) | undefined;
  /** Registrations of Cloud Map's that are known to have succeeded, by their operations' ids. */
  readonly succeeded: readonly string[];
  /** Since when the API server fails to take the condition, epoch milliseconds. */
  readonly failingSinceMs?: number | undefined;
}
