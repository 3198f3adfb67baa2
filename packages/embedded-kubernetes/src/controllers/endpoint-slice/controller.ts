import { matchesLabels, selectorOf } from '../../kinds/label-selector.ts';
import { isEqual, objectAt } from '../../model/json.ts';
import {
  controllerOf,
  isTerminating,
  type JsonObject,
  type KubernetesObject,
  keyOf,
} from '../../model/objects.ts';
import type { Change } from '../../storage/store.ts';
import type { Api } from '../../verbs/api.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { controllerReference } from '../ownership.ts';
import { endpointsOf } from './endpoints.ts';
import { type Slice, slicesOf } from './plan.ts';

const resource = 'endpointslices.discovery.k8s.io';
const serviceLabel = 'kubernetes.io/service-name';
const managedBy = 'endpointslice-controller.k8s.io';
/** Changes of pods within this time are written together. */
const batchMs = 50;
const zoneLabel = 'topology.kubernetes.io/zone';

/** Keeps the EndpointSlices and the Endpoints of each Service with a selector; nothing routes by them here. */
export function startEndpointSliceController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue = new WorkQueue(plane.timers, (key) => reconcile(plane, api, key));
  const waiting = new Set<string>();
  const addLater = (key: string) => {
    if (waiting.has(key)) return;
    waiting.add(key);
    plane.timers.later(batchMs, () => {
      waiting.delete(key);
      queue.add(key);
    });
  };
  plane.store.subscribe('services', ({ key }) => queue.add(key));
  plane.store.subscribe('pods', (change) => {
    for (const key of servicesOf(plane, change)) addLater(key);
  });
}

/** The Services that select a pod before or after the change. */
function servicesOf({ store }: ControlPlane, { object, previous }: Change): string[] {
  const pods =
    previous && previous.metadata.labels !== object.metadata.labels ? [object, previous] : [object];
  return store
    .list('services', object.metadata.namespace)
    .filter((service) => pods.some((pod) => selects(service, pod)))
    .map(keyOf);
}

function selects(service: KubernetesObject, { metadata }: KubernetesObject): boolean {
  const matchLabels = objectAt(service, 'spec', 'selector');
  return Object.keys(matchLabels).length > 0 && matchesLabels(metadata.labels, selectorOf({ matchLabels }));
}

function reconcile(plane: ControlPlane, api: Api, key: string): void {
  const service = plane.store.get('services', key);
  // The garbage collector deletes the slices of a Service that is gone; Endpoints have no owner.
  const [namespace = '', name = ''] = key.split('/');
  if (!service) remove(api, 'endpoints', namespace, name);
  if (!service || isTerminating(service)) return;
  if (Object.keys(objectAt(service, 'spec', 'selector')).length === 0) return;
  const pods = plane.store.list('pods', namespace).filter((pod) => selects(service, pod));
  const zones = new Map(
    plane.store.list('nodes').map(({ metadata }) => [metadata.name, metadata.labels?.[zoneLabel] ?? '']),
  );
  const slices = slicesOf(service, pods, (node) => zones.get(node) ?? '');
  // A Service without endpoints has one empty slice.
  write(
    plane,
    api,
    service,
    slices.length > 0 ? slices : [{ addressType: 'IPv4', ports: [], endpoints: [] }],
  );
  writeEndpoints(api, service, slices);
}

function remove(api: Api, kind: string, namespace: string, name: string): void {
  const found = api.get(kind, namespace, name);
  if (found) api.delete(found);
}

/** The slices by place: the first slice of each address family has the name `SERVICE-ipv4-0` and so on. */
function write(plane: ControlPlane, api: Api, service: KubernetesObject, slices: readonly Slice[]): void {
  const { namespace } = service.metadata;
  const counts = new Map<string, number>();
  const wanted = slices.map((slice) => {
    const index = counts.get(slice.addressType) ?? 0;
    counts.set(slice.addressType, index + 1);
    return sliceObject(
      service,
      slice,
      `${service.metadata.name}-${slice.addressType.toLowerCase()}-${index}`,
    );
  });
  const known = plane.store
    .list(resource, namespace)
    .filter((slice) => controllerOf(slice)?.uid === service.metadata.uid);
  for (const slice of wanted) {
    const old = known.find(({ metadata }) => metadata.name === slice.metadata.name);
    if (!old) api.create(resource, slice);
    else if (!isSame(old, slice))
      api.update({ ...old, ...slice, metadata: { ...old.metadata, ...slice.metadata } });
  }
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  for (const slice of known) if (!names.has(slice.metadata.name)) api.delete(slice);
}

function isSame(old: KubernetesObject, next: KubernetesObject): boolean {
  return (['endpoints', 'ports'] as const).every((field) => isEqual(old[field] ?? [], next[field]));
}

function sliceObject(service: KubernetesObject, slice: Slice, name: string): KubernetesObject {
  const isHeadless = (service.spec as JsonObject).clusterIP === 'None';
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace: service.metadata.namespace,
      labels: {
        ...service.metadata.labels,
        [serviceLabel]: service.metadata.name,
        'endpointslice.kubernetes.io/managed-by': managedBy,
        ...(isHeadless && { 'service.kubernetes.io/headless': '' }),
      },
      ownerReferences: [controllerReference(service)],
    } as unknown as KubernetesObject['metadata'],
    ...slice,
  };
}

function writeEndpoints(api: Api, service: KubernetesObject, slices: readonly Slice[]): void {
  const { name, namespace, labels } = service.metadata;
  const subsets = endpointsOf(slices);
  const old = api.get('endpoints', namespace, name);
  if (old) {
    if (!isEqual(old.subsets ?? [], subsets)) api.update({ ...old, subsets });
    return;
  }
  const metadata = { name, namespace, ...(labels && { labels }) };
  api.create('endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
}
