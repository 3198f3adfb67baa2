import { ConflictError } from '../../../shared/model/errors.ts';
import type { PodKey, ServiceKey } from '../../../shared/model/identity.ts';
import type { WaitingPod } from '../../../shared/model/records/registration.ts';
import type { WaitingPodStore } from '../../../shared/ports/waiting-pod-store.ts';
import { bytewise, copy, text } from '../memory-values.ts';

export class MemoryWaitingPods implements WaitingPodStore {
  readonly items = new Map<string, WaitingPod & { readonly service: string }>();

  async find(
    service: ServiceKey,
    pod: Pick<WaitingPod, keyof PodKey | 'createdAt'>,
  ): Promise<WaitingPod | undefined> {
    const item = this.items.get(waitingKey(service, pod));
    return item && waitingPodOf(item);
  }

  async add(service: ServiceKey, pod: WaitingPod): Promise<void> {
    if (!this.items.has(waitingKey(service, pod))) this.save(service, pod);
  }

  async put(service: ServiceKey, pod: WaitingPod): Promise<void> {
    const { wokenAtMs: _wokenAtMs, wokenFor: _wokenFor, ...asleep } = pod;
    this.save(service, asleep);
  }

  async wake(service: ServiceKey, pod: WaitingPod, place: string, nowMs: number): Promise<WaitingPod> {
    this.refuseIfChanged(service, pod);
    const woken = { ...pod, wokenAtMs: nowMs, wokenFor: place };
    this.save(service, woken);
    return woken;
  }

  async remove(service: ServiceKey, pod: WaitingPod): Promise<void> {
    this.refuseIfChanged(service, pod);
    this.items.delete(waitingKey(service, pod));
  }

  async *ofService(service: ServiceKey): AsyncGenerator<WaitingPod> {
    const keys = [...this.items.keys()].filter((key) => this.items.get(key)?.service === text(service));
    for (const key of keys.sort(bytewise)) {
      const item = this.items.get(key);
      if (item !== undefined) yield waitingPodOf(item);
    }
  }

  private refuseIfChanged(service: ServiceKey, pod: WaitingPod): void {
    const item = this.items.get(waitingKey(service, pod));
    if (item === undefined || item.wokenAtMs !== pod.wokenAtMs)
      throw new ConflictError('it was woken, or has gone');
  }

  private save(service: ServiceKey, pod: WaitingPod): void {
    this.items.set(waitingKey(service, pod), copy({ ...pod, service: text(service) }));
  }
}

function waitingKey(service: ServiceKey, pod: Pick<WaitingPod, keyof PodKey | 'createdAt'>): string {
  return `${text(service)} ${pod.createdAt}#${pod.cluster}/${pod.namespace}/${pod.name}`;
}

function waitingPodOf({ service: _service, ...pod }: WaitingPod & { readonly service: string }): WaitingPod {
  return copy(pod);
}
