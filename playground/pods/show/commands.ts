import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Directory } from '../../../shared/mesh/plan/directory.ts';
import { isOfKind } from '../../../shared/mesh/plan/entry.ts';
import { configMapName } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import { objectNameText } from '../../../shared/model/records/mesh-claim.ts';
import type { LocalPlace } from '../local-files.ts';
import type { Application } from '../plan/applications.ts';
import { requestsOf, type ShownRequest } from './requests.ts';

/** A pod that runs on this machine. */
export interface ShownPod {
  readonly pod: KubernetesObject;
  readonly place: LocalPlace;
  /** The ConfigMap of its proxy; undefined without one. */
  readonly configMap: string | undefined;
  readonly applications: readonly Application[];
}

/** A request to try, as a `curl` command. */
export interface Command {
  /** Who sends it, and where it goes. */
  readonly text: string;
  /** Whether the answers come from several virtual nodes, by their weights. */
  readonly isDivided: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The address that the connection goes to; by default that of the host. */
  readonly address: string;
  /** Whose pod sends it, or the gateway that it arrives at: `VirtualGateway internet/in-gw`. */
  readonly from?: string;
}

/** What can be sent to gateways and to applications that call others, and from the pods of virtual nodes. */
export function commandsOf(directory: Directory, pods: readonly ShownPod[]): readonly Command[] {
  return [
    ...directory.entries.flatMap((entry) => {
      if (!isOfKind(entry, 'VirtualGateway') && !isOfKind(entry, 'VirtualNode')) return [];
      const own = pods.find(
        ({ pod, configMap }) =>
          configMap === configMapName(entry.id) && pod.metadata.namespace === entry.id.namespace,
      );
      if (own === undefined) return [];
      const requests = requestsOf(directory, entry, (node) => pathsIn(pods, node));
      return requests.map((shown) =>
        isOfKind(entry, 'VirtualGateway') ? toGateway(shown, own) : fromNode(shown, own),
      );
    }),
    ...distinctByOwner(pods).flatMap(toProxies),
  ];
}

/** Those that all pods of a virtual node answer; none if a rule or an application without rules answers any. */
function pathsIn(pods: readonly ShownPod[], node: string): readonly string[] {
  const [namespace = '', name = ''] = node.split(' ')[1]?.split('/') ?? [];
  const configMap = configMapName({ kind: 'VirtualNode', name });
  const applications = pods
    .filter((each) => each.configMap === configMap && each.pod.metadata.namespace === namespace)
    .flatMap((each) => each.applications);
  if (applications.some(({ rules }) => rules?.every(({ isExact }) => isExact) !== true)) return [];
  return [...new Set(applications.flatMap(({ rules = [] }) => rules.map(({ path }) => path)))];
}

function toGateway({ request, targets }: ShownRequest, { place }: ShownPod): Command {
  const { host, port, path, headers } = request;
  const from = objectNameText(request.from);
  const text = `to ${from}: ${sharesText(targets)}`;
  const isDivided = targets.length > 1;
  return { text, isDivided, host: host || place.pod, port, path, headers, address: place.pod, from };
}

function fromNode({ request, targets }: ShownRequest, { place }: ShownPod): Command {
  const { host, port, path, headers } = request;
  const from = objectNameText(request.from);
  const text = `from a pod of ${from}: ${sharesText(targets)}`;
  const isDivided = targets.length > 1;
  return {
    ...{ text, isDivided, host: host.replace(/:\d+$/, '') },
    ...{ port, path, headers, address: place.outbound, from },
  };
}

/** `VirtualNode blue/blue-v1 50 %, VirtualNode green/green-v1 50 %`. */
function sharesText(targets: ShownRequest['targets']): string {
  return targets.map(({ node, share }) => `${node} ${Math.round(share * 100)} %`).join(', ');
}

/** Requests that an application answers by calling another. */
function toProxies({ pod, place, applications }: ShownPod): readonly Command[] {
  return applications.flatMap(({ port, rules = [] }) =>
    rules.flatMap((rule) =>
      'proxy' in rule
        ? {
            text: `to pod ${pod.metadata.namespace}/${pod.metadata.name}, which calls ${rule.proxy}`,
            isDivided: true,
            ...{ host: place.pod, port, path: rule.path, headers: {}, address: place.pod },
          }
        : [],
    ),
  );
}

/** One of the pods of each ReplicaSet. */
function distinctByOwner(pods: readonly ShownPod[]): readonly ShownPod[] {
  const ownerOf = ({ pod: { metadata } }: ShownPod) => metadata.ownerReferences?.[0]?.uid ?? metadata.uid;
  return [...new Map(pods.toReversed().map((pod) => [ownerOf(pod), pod])).values()].toReversed();
}

/** Twenty requests, and how often each answer came. */
export function countText(command: Command): string {
  return `for i in $(seq 20); do ${curlText(command)}; done | sort | uniq -c`;
}

/** `curl -s --connect-to ::127.22.0.7: http://blue.blue.svc.cluster.local:8080/id`. */
export function curlText({ host, port, path, headers, address }: Command): string {
  return [
    'curl -s',
    ...(host === address ? [] : [`--connect-to ::${address}:`]),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    quotedIfNeeded(`http://${host}${port === 80 ? '' : `:${port}`}${path}`),
  ].join(' ');
}

function quotedIfNeeded(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
