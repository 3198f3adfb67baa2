/** What the plan needs to know of a pod of a DaemonSet. */
export interface DaemonPod {
  readonly name: string;
  readonly node: string;
  /** Whether it was created from the current template. */
  readonly isUpdated: boolean;
  readonly isAvailable: boolean;
  readonly isTerminating: boolean;
  readonly hasEnded: boolean;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
}

export interface DaemonNode {
  readonly name: string;
  /** Whether it gets a pod. */
  readonly wants: boolean;
  /** Whether a pod that is there may stay: a taint NoSchedule keeps only new pods away. */
  readonly keeps: boolean;
}

export interface DaemonInput {
  readonly nodes: readonly DaemonNode[];
  readonly pods: readonly DaemonPod[];
  /** False with the strategy OnDelete. */
  readonly isRolling: boolean;
  readonly maxUnavailable: number;
  readonly maxSurge: number;
}

export interface DaemonPlan {
  /** The nodes that get a pod. */
  readonly creates: readonly string[];
  /** The names of pods to delete. */
  readonly deletes: readonly string[];
}

/**
 * Pods for nodes without one, and the end of those that are surplus, misplaced, ended, or of an old template: of the
 * latter at most maxUnavailable at a time, or, with maxSurge, each when its successor is available
 * (daemon/daemon_controller.go, daemon/update.go).
 */
export function planDaemon(input: DaemonInput): DaemonPlan {
  const places = input.nodes.map((node) => placeOf(node, input));
  const manage = places.map((place) => managePlace(place, input.maxSurge > 0));
  const update = !input.isRolling
    ? nothing
    : input.maxSurge > 0
      ? surge(places, input)
      : replace(places, input);
  const known = new Set(input.nodes.map(({ name }) => name));
  const homeless = input.pods.filter(({ node, isTerminating }) => !known.has(node) && !isTerminating);
  const creates = [...manage.flatMap((plan) => plan.creates), ...update.creates];
  const deletes = [...manage.flatMap((plan) => plan.deletes), ...update.deletes];
  return {
    creates: [...new Set(creates)],
    deletes: [...new Set([...deletes, ...homeless.map(({ name }) => name)])],
  };
}

const nothing: DaemonPlan = { creates: [], deletes: [] };

interface Place {
  readonly node: DaemonNode;
  /** Neither terminating nor ended, the oldest first. */
  readonly pods: readonly DaemonPod[];
  readonly ended: readonly DaemonPod[];
  readonly isEmpty: boolean;
}

function placeOf(node: DaemonNode, { pods }: DaemonInput): Place {
  const all = pods.filter((pod) => pod.node === node.name);
  const alive = all.filter((pod) => !pod.isTerminating);
  return {
    node,
    pods: alive.filter((pod) => !pod.hasEnded).sort((a, b) => a.createdAtMs - b.createdAtMs),
    ended: alive.filter((pod) => pod.hasEnded),
    isEmpty: all.length === 0,
  };
}

function managePlace({ node, pods, ended, isEmpty }: Place, hasSurge: boolean): DaemonPlan {
  if (!node.keeps) return { creates: [], deletes: [...pods, ...ended].map(({ name }) => name) };
  const groups = hasSurge
    ? [pods.filter((pod) => pod.isUpdated), pods.filter((pod) => !pod.isUpdated)]
    : [pods];
  const surplus = groups.flatMap((group) => group.slice(1));
  return {
    creates: node.wants && isEmpty ? [node.name] : [],
    deletes: [...ended, ...surplus].map(({ name }) => name),
  };
}

const isWanted = ({ node }: Place): boolean => node.wants && node.keeps;
const current = ({ pods }: Place): DaemonPod | undefined => pods.find((pod) => pod.isUpdated);
const outdated = ({ pods }: Place): DaemonPod | undefined => pods.find((pod) => !pod.isUpdated);

/**
 * Unavailable old pods go first: they count as unavailable anyway. A node with more than one pod counts as unavailable
 * until the surplus is gone, and nothing else of it is deleted meanwhile.
 */
function replace(places: readonly Place[], { maxUnavailable }: DaemonInput): DaemonPlan {
  const wanted = places.filter(isWanted);
  const single = wanted.flatMap(({ pods }) => (pods.length === 1 ? pods : []));
  const available = single.filter((pod) => pod.isAvailable);
  const old = single.filter((pod) => !pod.isUpdated);
  const broken = old.filter((pod) => !pod.isAvailable);
  const spare = Math.max(0, maxUnavailable - (wanted.length - available.length));
  const healthy = old.filter((pod) => pod.isAvailable).slice(0, spare);
  return { creates: [], deletes: [...broken, ...healthy].map(({ name }) => name) };
}

const hasSurplus = ({ pods }: Place): boolean => {
  const updated = pods.filter((pod) => pod.isUpdated).length;
  return updated > 1 || pods.length - updated > 1;
};

/** A node with two pods of one template counts as a surge until the surplus is gone. */
function surge(all: readonly Place[], { maxSurge }: DaemonInput): DaemonPlan {
  const places = all.filter((place) => !hasSurplus(place));
  const crowded = all.filter((place) => isWanted(place) && hasSurplus(place));
  const wanted = places.filter(isWanted);
  const both = places.filter((place) => place.node.keeps && current(place) && outdated(place));
  const done = both.filter((place) => current(place)?.isAvailable);
  const old = wanted.filter((place) => outdated(place) && !current(place));
  const broken = old.filter((place) => !outdated(place)?.isAvailable);
  const spare = Math.max(0, maxSurge - crowded.length - (both.length - done.length) - broken.length);
  const healthy = old.filter((place) => !broken.includes(place)).slice(0, spare);
  return {
    creates: [...broken, ...healthy].map(({ node }) => node.name),
    deletes: done.flatMap((place) => outdated(place)?.name ?? []),
  };
}
