import type { Registry } from '../kinds/registry.ts';
import { ApiError } from '../model/status.ts';
import type { Store } from '../storage/store.ts';
import type { Api } from '../verbs/api.ts';
import type { ContainerRuntime } from './pod-status.ts';

/** Durations in the embedded cluster, in milliseconds. */
export interface Timings {
  /** From a pod's scheduling to Running and Ready. */
  podStartMs: number;
  /** How long the containers of a pod run that end, those with restartPolicy OnFailure or Never. */
  podRunMs: number;
  /** From a container's or a Job's pod's failure to the next try, doubled with each one; 10 s in a real cluster. */
  restartMs: number;
  /** From a pod's deletion until it is removed, within its grace period. */
  podStopMs: number;
  /** How long a pod's IP stays unused after the pod is removed; 30 s with the VPC CNI. */
  ipCooldownMs: number;
  /**
   * From a namespace's deletion to that of its contents; 5 s in a real cluster, so that all API servers see the
   * deletion. It also lets `kubectl delete -f` find the other objects of a manifest that starts with its namespace.
   */
  namespaceDrainMs: number;
  /** From a node's last heartbeat until it counts as lost; 50 s in a real cluster. */
  nodeGraceMs: number;
  /** How long a pod stays on a lost node without a toleration of its own; 300 s in a real cluster. */
  evictionMs: number;
}

/** The context of a controller. `timings` may change while it runs. */
export interface ControlPlane {
  readonly store: Store;
  readonly registry: Registry;
  readonly timings: Timings;
  readonly timers: Timers;
  readonly recorder: Recorder;
  /** Undefined if containers run nothing. */
  readonly runtime: ContainerRuntime | undefined;
  /** The API with a component's name as field manager, such as `kubelet`. */
  client(component: string): Api;
}

export interface Recorder {
  /** Records a core/v1 Event about an object. */
  record(
    about: RecordedObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    component: string,
  ): void;
}

export interface RecordedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
}

/** Timers that are cancelled with the cluster. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();
  #isStopped = false;

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Returns a function that cancels the timer. */
  later(delayMs: number, action: () => void): () => void {
    if (this.#isStopped) return () => undefined;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      action();
    }, delayMs);
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}

const firstRetryMs = 20;
const lastRetryMs = 2000;

/**
 * A work queue: reconciles each key soon after it is added, and never concurrently. A failed key is retried with
 * backoff. An error of the API may be temporary (a terminating namespace); any other is a bug of the controller and is
 * printed.
 */
export class WorkQueue {
  readonly #timers: Timers;
  readonly #reconcile: (key: string) => void;
  readonly #waiting = new Set<string>();
  readonly #failures = new Map<string, number>();
  #isDraining = false;

  constructor(timers: Timers, reconcile: (key: string) => void) {
    this.#timers = timers;
    this.#reconcile = reconcile;
  }

  add(key: string): void {
    this.#waiting.add(key);
    if (this.#isDraining) return;
    this.#isDraining = true;
    setImmediate(() => this.#drain());
  }

  addLater(key: string, delayMs: number): void {
    this.#timers.later(delayMs, () => this.add(key));
  }

  #drain(): void {
    this.#isDraining = false;
    for (const key of [...this.#waiting]) {
      if (this.#timers.isStopped) return;
      this.#waiting.delete(key);
      this.#run(key);
    }
  }

  #run(key: string): void {
    try {
      this.#reconcile(key);
      this.#failures.delete(key);
    } catch (error) {
      if (!(error instanceof ApiError))
        console.error(`embedded cluster: failed to reconcile ${key}; will retry`, error);
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.addLater(key, Math.min(lastRetryMs, firstRetryMs * 2 ** failures));
    }
  }
}
