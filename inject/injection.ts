import { selects } from '../shared/pods/plan/desired/selector.ts';
import { gatewayProxy } from './gateway.ts';
import { defaultImages, type Images } from './images.ts';
import type { Container, Pod, PodNamespace, ProxyObject } from './pod.ts';
import { modeKey, type Settings, settingsOf } from './settings.ts';
import { cniAnnotations, envoySidecar, interception, meshVolume } from './sidecar.ts';
import { volumesOf } from './volumes.ts';
import { notesOn } from './without-effect.ts';

export type Injection =
  | {
      readonly outcome: 'injected';
      readonly pod: Pod;
      /** What of its annotations changes nothing. */
      readonly notes: readonly string[];
    }
  | { readonly outcome: 'unchanged' }
  /** A cluster refuses to create the pod, with this message. */
  | { readonly outcome: 'refused'; readonly message: string };

/** On an injected pod: the object whose proxy it has. */
const objectKey = 'sidecar.eks-mesh-sync/object';

const unchanged: Injection = { outcome: 'unchanged' };

/**
 * The pod with its proxy, as deploy/sidecars.yaml makes it when the pod is created.
 *
 * mode of the pod's annotation, else of the namespace's label | objects that select the pod | result
 * ------------------------------------------------------------|------------------------------|----------
 * disabled, or a pod on the host network                      | any                          | unchanged
 * enabled                                                     | none                         | refused
 * other                                                       | none                         | unchanged
 * enabled, other                                              | one                          | injected
 * enabled, other                                              | several                      | refused
 *
 * `objects` are the virtual nodes and gateways of the pod's namespace. In a namespace without the label nothing happens.
 */
export function injected(
  pod: Pod,
  namespace: PodNamespace,
  objects: readonly ProxyObject[],
  images: Images = defaultImages,
): Injection {
  const mode = modeOf(pod, namespace);
  if (mode === 'disabled' || pod.spec?.hostNetwork === true) return unchanged;
  const labels = pod.metadata?.labels ?? {};
  const selecting = objects.filter(({ spec }) => selects(spec.podSelector, labels));
  const [object] = selecting;
  if (object === undefined) return mode === 'enabled' ? refused(noneText(namespace)) : unchanged;
  const marked = pod.metadata?.annotations?.[objectKey];
  const names = distinct([...(marked === undefined ? [] : [marked]), ...selecting.map(nameOf)]);
  if (names.length > 1) return refused(severalText(names));
  const settings = settingsOf(pod.metadata?.annotations ?? {});
  if ('fault' in settings) return refused(settings.fault);
  const target = { pod, namespace: namespace.name, object, settings, images };
  return object.kind === 'VirtualNode' ? withSidecar(target) : withGateway(target);
}

interface Target {
  readonly pod: Pod;
  readonly namespace: string;
  readonly object: ProxyObject;
  readonly settings: Settings;
  readonly images: Images;
}

/** Namespaces without the label are left alone, whatever their pods' annotations say. */
function modeOf({ metadata }: Pod, { labels }: PodNamespace): string {
  const label = labels === 'unknown' ? labels : labels?.[modeKey];
  if (label !== 'enabled' && label !== 'disabled' && label !== 'unknown') return 'disabled';
  return (metadata?.annotations?.[modeKey] ?? label).toLowerCase();
}

function withSidecar(target: Target): Injection {
  const { pod, namespace, object, settings, images } = target;
  const initContainers = pod.spec?.initContainers ?? [];
  if ([...initContainers, ...containersOf(pod)].some(isProxy)) return marked(target, pod, {});
  const added = [
    ...(settings.isCni ? [] : [interception(object.spec, settings, images)]),
    envoySidecar(object, namespace, settings, images),
  ];
  const spec = { ...pod.spec, initContainers: [...initContainers, ...added], volumes: volumesOf(target) };
  return marked(target, { ...pod, spec }, settings.isCni ? cniAnnotations(object.spec, settings) : {});
}

/** A pod whose own manifest has the proxy is left as it is. */
function isProxy({ name }: Container): boolean {
  return name === 'envoy' || name === 'proxyinit';
}

function withGateway(target: Target): Injection {
  const { pod, namespace, object, settings, images } = target;
  const containers = containersOf(pod);
  const index = containers.findIndex(({ name }) => name === 'envoy');
  const envoy = containers[index];
  if (envoy === undefined) return refused(noEnvoyText(object));
  if (envoy.volumeMounts?.some(({ name }) => name === meshVolume)) return marked(target, pod, {});
  const changed = containers.with(index, gatewayProxy(envoy, object, namespace, settings, images));
  return marked(
    target,
    { ...pod, spec: { ...pod.spec, containers: changed, volumes: volumesOf(target) } },
    {},
  );
}

function containersOf({ spec }: Pod): readonly Container[] {
  return spec?.containers ?? [];
}

function marked({ object }: Target, pod: Pod, added: Readonly<Record<string, string>>): Injection {
  const annotations = { ...pod.metadata?.annotations, ...added, [objectKey]: nameOf(object) };
  const notes = notesOn(pod.metadata?.annotations ?? {}, object.kind);
  return { outcome: 'injected', pod: { ...pod, metadata: { ...pod.metadata, annotations } }, notes };
}

function refused(message: string): Injection {
  return { outcome: 'refused', message };
}

function noneText({ name }: PodNamespace): string {
  return `no VirtualNode or VirtualGateway in namespace ${name} selects the pod; expected one, as ${modeKey} is enabled`;
}

/** Names two of them, as the policy sees no more. */
function severalText(names: readonly string[]): string {
  return `${names.slice(0, 2).join(' and ')} select the pod; expected one VirtualNode or VirtualGateway`;
}

function noEnvoyText(object: ProxyObject): string {
  return `${nameOf(object)} selects the pod; expected its container for the gateway to be named envoy`;
}

function nameOf({ kind, name }: ProxyObject): string {
  return `${kind} ${name}`;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
