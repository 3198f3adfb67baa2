import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ContainerRuntime } from '@eks-mesh-sync/embedded-kubernetes/controllers/pod-status.ts';
import { hasEnded } from '@eks-mesh-sync/embedded-kubernetes/controllers/pods.ts';
import { at, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import { type KubernetesObject, keyOf } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Change, Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';
import { placeOf } from '../addresses.ts';
import { ipOf } from '../network/dns-names.ts';
import { LocalPod } from './local-pod.ts';

export interface KubeletOptions {
  /** The path of Envoy. */
  readonly binary: string;
  /** For the mounts of the pods. */
  readonly folder: string;
  readonly block: number;
  readonly dns: { readonly address: string; readonly port: number };
  readonly report: (text: string) => void;
  readonly log: (line: string) => void;
}

/** Runs the containers of the cluster's pods as processes of this machine, and an Envoy beside those that have one. */
export class LocalKubelet implements ContainerRuntime {
  readonly #options: KubeletOptions;
  readonly #pods = new Map<string, LocalPod>();
  readonly #stopping = new Set<Promise<void>>();
  readonly #refused = new Set<string>();
  #store: Store | undefined;
  readonly #listeners: ((uid: string) => void)[] = [];
  #isClosed = false;

  constructor(options: KubeletOptions) {
    this.#options = options;
  }

  isReady({ metadata: { uid } }: KubernetesObject): boolean {
    return this.#pods.get(uid)?.state.phase === 'running';
  }

  onChange(listener: (uid: string) => void): void {
    this.#listeners.push(listener);
  }

  /** The pods in the order in which they got their addresses. */
  get pods(): readonly LocalPod[] {
    return [...this.#pods.values()];
  }

  /** Why the state of a pod is not final, or null. A pod that cannot run has a final state. */
  unsettled(): string | null {
    for (const pod of this.#store?.list('pods') ?? []) {
      const { uid, namespace, name } = pod.metadata;
      if (hasEnded(pod)) continue;
      const state = this.#pods.get(uid)?.state;
      if (this.#refused.has(uid) || state?.phase === 'running' || state?.phase === 'failed') continue;
      const why =
        state === undefined ? 'has no address' : 'reason' in state ? `waits: ${state.reason}` : 'starts';
      return `pod ${namespace}/${name} ${why}`;
    }
    return null;
  }

  /** A pod whose processes are being started, or null. */
  starting(): string | null {
    const local = this.pods.find(({ state }) => state.phase === 'starting');
    return local === undefined ? null : `pod ${keyOf(local.pod)} starts`;
  }

  /** Why a pod does not run here, if it does not. */
  reasonOf(uid: string): string | undefined {
    const state = this.#pods.get(uid)?.state;
    return state && 'reason' in state ? state.reason : undefined;
  }

  watch(store: Store): void {
    this.#store = store;
    store.subscribe('pods', (change) => setImmediate(() => this.#observe(change)));
    store.subscribe('configmaps', ({ object }) => setImmediate(() => this.#startWaiting(object)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const uid of this.#pods.keys()) this.#stop(uid);
    await Promise.all(this.#stopping);
  }

  #observe({ type, object, previous }: Change): void {
    const { uid } = object.metadata;
    const known = this.#pods.get(uid);
    if (type === 'DELETED' || hasEnded(object)) this.#stop(uid);
    else if (known === undefined) this.#start(object);
    else if (previous && isChanged(object, previous)) known.sync();
  }

  #start(pod: KubernetesObject): void {
    const address = ipOf(pod);
    if (this.#isClosed || address === '') return;
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if (at(pod, 'spec', 'hostNetwork') === true || !address.startsWith(`127.${this.#options.block}.`)) {
      if (stringAt(pod, 'status', 'phase') === 'Running') this.#refuse(pod, name);
      return;
    }
    const { binary, folder, block, dns, log } = this.#options;
    const place = { ...placeOf(block, address, join(folder, pod.metadata.uid)), dns };
    const local = new LocalPod(pod, {
      ...{ binary, place, log },
      read: (kind, object) => this.#store?.get(kind, `${pod.metadata.namespace}/${object}`),
      changed: () => this.#changed(local, name),
    });
    this.#pods.set(pod.metadata.uid, local);
  }

  /** Once for each pod. */
  #refuse({ metadata: { uid } }: KubernetesObject, name: string): void {
    if (this.#refused.has(uid)) return;
    this.#refused.add(uid);
    this.#options.report(
      `pod ${name} runs nothing here: it is on the host network, so it has no address of its own`,
    );
  }

  #startWaiting({ metadata: { namespace } }: KubernetesObject): void {
    for (const local of this.pods)
      if (local.pod.metadata.namespace === namespace && local.state.phase === 'waiting') local.sync();
  }

  #stop(uid: string): void {
    const local = this.#pods.get(uid);
    if (local === undefined) return;
    this.#pods.delete(uid);
    const stopped = local.stop().finally(() => this.#stopping.delete(stopped));
    this.#stopping.add(stopped);
  }

  #changed({ pod, state, place, proxy }: LocalPod, name: string): void {
    const { report } = this.#options;
    if (state.phase === 'running')
      report(`pod ${name} runs at ${place.pod}${proxy ? ', with an Envoy' : ''}`);
    if (state.phase === 'waiting') report(`pod ${name} waits: ${state.reason}`);
    if (state.phase === 'failed') report(`pod ${name} cannot run here: ${state.reason}`);
    for (const listener of this.#listeners) listener(pod.metadata.uid);
  }
}

/** A kubelet checks the mounts of a pod when anything but its status changes. */
function isChanged(pod: KubernetesObject, previous: KubernetesObject): boolean {
  const parts = ({ metadata: { labels, annotations, deletionTimestamp }, spec }: KubernetesObject) => [
    labels,
    annotations,
    deletionTimestamp,
    spec,
  ];
  return !isDeepStrictEqual(parts(pod), parts(previous));
}
