import { at, numberAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject, keyOf } from '../../model/objects.ts';
import type { Change } from '../../storage/store.ts';
import type { Api } from '../../verbs/api.ts';
import { timestamp } from '../../verbs/api-context.ts';
import type { ControlPlane } from '../control-plane.ts';
import {
  type Addresses,
  containersAreReady,
  crashedStatus,
  endedStatus,
  readinessInputs,
  refreshedStatus,
  runningStatus,
  startingStatus,
  stoppedStatus,
} from '../pod-status.ts';
import { hasEnded } from '../pods.ts';
import { IpPool } from './ip-pool.ts';
import { isSilent, type NodeOptions } from './nodes.ts';
import { runOf } from './pod-run.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/** A pod that this kubelet runs. */
interface RunningPod {
  readonly key: string;
  /** Its addresses; undefined while it starts and on the host network. */
  slot?: number;
  /** The inputs of its last readiness decision. */
  readiness?: string;
  isStopping: boolean;
  /** Whether its containers have crashed and are not started again yet. */
  isDown: boolean;
  restarts: number;
  /** Whether a timer ends its containers. */
  isTimed: boolean;
  readonly timers: (() => void)[];
}

const waitForIpMs = 100;
/** The wait for a restart doubles up to five minutes in a real cluster. */
const maxDoublings = 5;
const newState = () => ({ isStopping: false, isDown: false, restarts: 0, isTimed: false, timers: [] });

/** Runs the pods of one node: assigns addresses, writes their status, and stops deleted ones. */
export class Kubelet {
  readonly #plane: ControlPlane;
  readonly #node: NodeOptions;
  readonly #families: readonly IpFamily[];
  readonly #api: Api;
  readonly #pool: IpPool;
  readonly #pods = new Map<string, RunningPod>();

  constructor(plane: ControlPlane, node: NodeOptions, families: readonly IpFamily[]) {
    this.#plane = plane;
    this.#node = node;
    this.#families = families;
    this.#api = plane.client('kubelet');
    this.#pool = new IpPool(node.podCidr, node.ipv6Prefix, () => plane.timings.ipCooldownMs);
    // Handles a change after its write has completed, so that writes never nest.
    plane.store.subscribe('pods', (change) => setImmediate(() => this.#observe(change)));
    plane.store.subscribe('nodes', (change) => setImmediate(() => this.#heed(change)));
    plane.runtime?.onChange((uid) => this.#heedContainers(uid));
  }

  /** A kubelet that was disconnected checks all its pods when it is back. */
  #heed({ object, previous }: Change): void {
    if (object.metadata.name !== this.#node.name || !previous || !isSilent(previous) || this.#isSilent())
      return;
    for (const pod of [...this.#plane.store.list('pods')])
      if (stringAt(pod, 'spec', 'nodeName') === this.#node.name) this.#resume(pod);
  }

  #heedContainers(uid: string): void {
    const running = this.#pods.get(uid);
    const pod = running && this.#current(uid, running.key);
    if (pod && !this.#plane.timers.isStopped && !isTerminating(pod) && !this.#isSilent())
      this.#refresh(pod, running);
  }

  #resume(pod: KubernetesObject): void {
    const known = this.#pods.get(pod.metadata.uid);
    if (hasEnded(pod) && !isTerminating(pod)) return;
    if (known) {
      known.isStopping = false;
      known.readiness = '';
    }
    if (known && !isTerminating(pod) && (known.isDown || stringAt(pod, 'status', 'phase') !== 'Running'))
      this.#run(pod.metadata.uid, known);
    else this.#observe({ type: 'MODIFIED', object: pod, key: keyOf(pod) });
    const running = this.#pods.get(pod.metadata.uid);
    if (running && !isTerminating(pod) && stringAt(pod, 'status', 'phase') === 'Running')
      this.#timeEnd(pod, running);
  }

  #isSilent(): boolean {
    const node = this.#plane.store.get('nodes', `/${this.#node.name}`);
    return node === undefined || isSilent(node);
  }

  /** Assigns addresses to a pod that is stored as running, for bulk pods. */
  adopt(uid: string, key: string): Addresses {
    const slot = this.#pool.allocate(Date.now());
    if (slot === undefined) throw new Error(`node "${this.#node.name}" has no free address for pod "${key}"`);
    this.#pods.set(uid, { key, slot, ...newState() });
    return this.#addresses(slot);
  }

  #observe({ type, object, key }: Pick<Change, 'type' | 'object' | 'key'>): void {
    if (this.#plane.timers.isStopped || stringAt(object, 'spec', 'nodeName') !== this.#node.name) return;
    const { uid } = object.metadata;
    if (type === 'DELETED') {
      this.#forget(uid);
      return;
    }
    const known = this.#pods.get(uid);
    const pod = this.#current(uid, key);
    if (!pod || this.#isSilent()) return;
    if (isTerminating(pod)) this.#stop(pod, known ?? this.#track(uid, key));
    else if (hasEnded(pod)) return;
    else if (!known) this.#start(pod);
    else this.#refresh(pod, known);
  }

  /** The current pod, if it still has the same uid. */
  #current(uid: string, key: string): KubernetesObject | undefined {
    const pod = this.#plane.store.get('pods', key);
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  #track(uid: string, key: string): RunningPod {
    const running: RunningPod = { key, ...newState() };
    this.#pods.set(uid, running);
    return running;
  }

  #start(pod: KubernetesObject): void {
    const { uid } = pod.metadata;
    const running = this.#track(uid, keyOf(pod));
    this.#api.updateStatus(pod, startingStatus(pod, this.#node.internalIP, timestamp()));
    this.#later(running, this.#plane.timings.podStartMs, () => this.#run(uid, running));
  }

  #run(uid: string, running: RunningPod): void {
    const pod = this.#current(uid, running.key);
    if (!pod || isTerminating(pod) || hasEnded(pod)) return;
    running.isDown = false;
    const addresses = this.#assign(pod, running);
    if (!addresses) {
      this.#later(running, waitForIpMs, () => this.#run(uid, running));
      return;
    }
    const ready = containersAreReady(pod, this.#plane.runtime);
    running.readiness = readinessInputs(pod, ready);
    this.#api.updateStatus(pod, runningStatus(pod, addresses, ready, timestamp()));
    this.#plane.recorder.record(pod, 'Normal', 'Started', 'Started the containers of the pod', 'kubelet');
    this.#timeEnd(pod, running);
  }

  /** Lets the containers end that do not run for ever. */
  #timeEnd(pod: KubernetesObject, running: RunningPod): void {
    const { durationMs } = runOf(pod, this.#plane.timings.podRunMs);
    if (durationMs === undefined || running.isTimed) return;
    running.isTimed = true;
    const end = () => {
      running.isTimed = false;
      const current = this.#current(pod.metadata.uid, running.key);
      if (!current || isTerminating(current) || running.isDown || this.#isSilent()) return;
      this.#end(current, running);
    };
    running.timers.push(this.#plane.timers.later(durationMs, end));
  }

  #end(pod: KubernetesObject, running: RunningPod): void {
    const { exitCode, restarts } = runOf(pod, this.#plane.timings.podRunMs);
    if (!restarts) {
      this.#api.updateStatus(pod, endedStatus(pod, exitCode, timestamp()));
      this.#releaseAddress(running);
      return;
    }
    const backoffMs = this.#plane.timings.restartMs * 2 ** Math.min(running.restarts, maxDoublings);
    running.isDown = true;
    running.restarts += 1;
    this.#api.updateStatus(pod, crashedStatus(pod, exitCode, timestamp()));
    const message = 'Back-off restarting failed container';
    this.#plane.recorder.record(pod, 'Warning', 'BackOff', message, 'kubelet');
    this.#later(running, backoffMs, () => this.#run(pod.metadata.uid, running));
  }

  #releaseAddress(running: RunningPod): void {
    if (running.slot !== undefined) this.#pool.release(running.slot, Date.now());
    delete running.slot;
  }

  /** The pod's addresses, or undefined if the node has none free. */
  #assign(pod: KubernetesObject, running: RunningPod): Addresses | undefined {
    const { internalIP: hostIP } = this.#node;
    if (at(pod, 'spec', 'hostNetwork') === true) return { hostIP, podIPs: [hostIP] };
    const slot = running.slot ?? this.#pool.allocate(Date.now());
    if (slot === undefined) return undefined;
    running.slot = slot;
    return this.#addresses(slot);
  }

  #addresses(slot: number): Addresses {
    const byFamily = { IPv4: this.#pool.ipv4(slot), IPv6: this.#pool.ipv6(slot) };
    return { hostIP: this.#node.internalIP, podIPs: this.#families.map((family) => byFamily[family]) };
  }

  /** Decides readiness again only if its inputs have changed, so that conditions set by hand stay. */
  #refresh(pod: KubernetesObject, running: RunningPod): void {
    if (stringAt(pod, 'status', 'phase') !== 'Running') return;
    const ready = !running.isDown && containersAreReady(pod, this.#plane.runtime);
    const readiness = readinessInputs(pod, ready);
    const isFirst = running.readiness === undefined;
    const isSame = running.readiness === readiness;
    running.readiness = readiness;
    if (!isFirst && !isSame) this.#api.updateStatus(pod, refreshedStatus(pod, ready, timestamp()));
  }

  #stop(pod: KubernetesObject, running: RunningPod): void {
    const graceMs = numberAt(pod.metadata, 'deletionGracePeriodSeconds') * 1000;
    if (running.isStopping) return;
    running.isStopping = true;
    for (const cancel of running.timers.splice(0)) cancel();
    this.#plane.recorder.record(pod, 'Normal', 'Killing', 'Stopping the containers of the pod', 'kubelet');
    const delayMs = Math.min(graceMs, this.#plane.timings.podStopMs);
    this.#later(running, delayMs, () => this.#finish(pod.metadata.uid, running));
  }

  #finish(uid: string, running: RunningPod): void {
    const pod = this.#current(uid, running.key);
    if (!pod) return;
    const stopped = this.#api.updateStatus(pod, stoppedStatus(pod, timestamp()));
    this.#api.delete(stopped, { gracePeriodSeconds: 0 });
  }

  #forget(uid: string): void {
    const running = this.#pods.get(uid);
    if (!running) return;
    this.#pods.delete(uid);
    for (const cancel of running.timers) cancel();
    this.#releaseAddress(running);
  }

  #later(running: RunningPod, delayMs: number, action: () => void): void {
    const unlessSilent = () => {
      if (!this.#isSilent()) action();
    };
    running.timers.push(this.#plane.timers.later(delayMs, unlessSilent));
  }
}
