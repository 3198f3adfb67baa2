import {
  controllerOf,
  type KubernetesObject,
  keyOf,
} from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { PodExplanation } from '../../shared/explain/plan/explained.ts';
import { isEnded, isSelected, isStale, type PodCounts, type PodFault, podFault } from './pod-faults.ts';

/** Pods of one owner that are explained; the others of it are counted. */
const maxExplained = 3;

export interface PodsRead {
  readonly counts: PodCounts;
  /** Groups of pods that are alike. */
  readonly faults: readonly PodFaults[];
  /** A pod that the functions have not observed as it is now, or null. */
  readonly stale: string | null;
}

/** Pods of one owner with the same labels and annotations that are not registered. */
export interface PodFaults {
  readonly first: readonly PodFault[];
  /** Further pods. */
  readonly more: number;
}

interface PodsToRead {
  readonly pods: readonly KubernetesObject[];
  /** The uids of the pods that Cloud Map has an instance of. */
  readonly registered: ReadonlySet<string>;
  /** The namespaces in which a virtual node does not have all of its pods registered. */
  readonly troubled: ReadonlySet<string>;
  readonly explain: (pod: KubernetesObject) => Promise<PodExplanation>;
  /** Why its processes do not run, if that is known. */
  readonly hint?: (pod: KubernetesObject) => string | undefined;
}

/** What became of each pod. Asks `explain` only about those that may be missing. */
export async function readPods(toRead: PodsToRead): Promise<PodsRead> {
  const { pods, registered, troubled } = toRead;
  const live = pods.filter((pod) => !isEnded(pod));
  const [missing, there] = partition(live, ({ metadata }) => !registered.has(metadata.uid));
  const [doubtful, present] = partition(there, ({ metadata }) => troubled.has(metadata.namespace ?? ''));
  const groups = [missing, doubtful].flatMap((each) => [...Map.groupBy(each, likeness).values()]);
  const results: GroupRead[] = [];
  for (const group of groups) results.push(await readGroup(group, toRead));
  const sum = (count: (each: GroupRead) => number) => results.reduce((total, each) => total + count(each), 0);
  return {
    counts: {
      registered: present.length + sum((each) => each.registered),
      unselected: sum((each) => each.unselected),
      ended: pods.length - live.length,
    },
    faults: results.flatMap(({ faults }) => (faults.first.length > 0 ? [faults] : [])),
    stale: results.find(({ stale }) => stale !== null)?.stale ?? null,
  };
}

function partition<T>(
  items: readonly T[],
  isFirst: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** Pods of which `explain` says the same as to what selects them. */
function likeness(pod: KubernetesObject): string {
  const { namespace, labels = {}, annotations = {} } = pod.metadata;
  const sorted = (map: Readonly<Record<string, string>>) => Object.entries(map).sort();
  return JSON.stringify([namespace, controllerOf(pod)?.uid, sorted(labels), sorted(annotations)]);
}

interface GroupRead extends Omit<PodCounts, 'ended'>, Pick<PodsRead, 'stale'> {
  readonly faults: PodFaults;
}

/** Of pods that are alike, the first that is not selected or is registered stands for those after it. */
async function readGroup(
  group: readonly KubernetesObject[],
  { explain, hint }: PodsToRead,
): Promise<GroupRead> {
  const first: PodFault[] = [];
  const read = { registered: 0, unselected: 0, stale: null, faults: { first, more: 0 } };
  for (const [index, pod] of group.entries()) {
    const left = group.length - index;
    if (first.length === maxExplained) return { ...read, faults: { first, more: left } };
    const explanation = await explain(pod);
    if (isStale(pod, explanation))
      return { ...read, stale: `the functions have not observed pod ${keyOf(pod)} as it is now` };
    if (!isSelected(explanation)) return { ...read, unselected: left };
    if (explanation.cause.kind === 'Registered') return { ...read, registered: left };
    first.push(podFault(pod, explanation, hint?.(pod)));
  }
  return read;
}
