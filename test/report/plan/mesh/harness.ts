import { Directory } from '../../../../shared/mesh/plan/directory.ts';
import { entryOf } from '../../../../shared/mesh/plan/entry.ts';
import { anObject } from '../../../fakes/objects.ts';

type Spec = Readonly<Record<string, unknown>>;

const mesh = anObject('Mesh', { namespaceSelector: {} }, { name: 'shop-mesh', uid: 'uid-mesh' });

export function object(kind: string, name: string, spec: Spec, namespace = 'shop') {
  return anObject(kind, spec, { name, namespace, uid: `uid-${kind}-${name}` });
}

const listener = { portMapping: { port: 8080, protocol: 'http' } };

export function node(name: string, spec: Spec = {}, namespace = 'shop') {
  const serviceDiscovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName: name } };
  return object(
    'VirtualNode',
    name,
    { podSelector: { matchLabels: { app: name } }, serviceDiscovery, listeners: [listener], ...spec },
    namespace,
  );
}

export function service(name: string, provider: Spec, namespace = 'shop') {
  return object('VirtualService', name, { awsName: `${name}.shop`, provider }, namespace);
}

export function router(name: string, routes: readonly Spec[]) {
  return object('VirtualRouter', name, { listeners: [listener], routes });
}

/** A route of every request to nodes by weight. */
export function route(name: string, weights: Readonly<Record<string, number>>, prefix = '/') {
  const targets = Object.entries(weights).map(([target, weight]) => ({
    ...{ virtualNodeRef: { name: target }, weight },
  }));
  return { name, httpRoute: { match: { prefix }, action: { weightedTargets: targets } } };
}

/** The objects of a cluster whose namespaces are shop and apps. */
export function directoryOf(...objects: readonly ReturnType<typeof object>[]): Directory {
  const labels = new Map([
    ['shop', { gateway: 'in' }],
    ['apps', {}],
  ]);
  return new Directory(
    [mesh, ...objects].map((each) => entryOf(each)),
    labels,
  );
}
