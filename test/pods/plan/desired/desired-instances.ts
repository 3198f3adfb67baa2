import { expect } from 'vitest';
import { clustersFile } from '../../../../shared/model/cluster-config.ts';
import type { Pod } from '../../../../shared/model/pod.ts';
import { meshOf, virtualNodeOf } from '../../../../shared/model/virtual-node.ts';
import { desiredInstances } from '../../../../shared/pods/plan/desired/desired.ts';
import type { RegistrationContext } from '../../../../shared/pods/plan/desired/registration-context.ts';
import { anObject, aPod } from '../../../fakes/objects.ts';

export type CloudMapConfig = Parameters<typeof desiredInstances>[2];

function config(cloudMap: object = {}): CloudMapConfig {
  const [cluster] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap }] }).clusters;
  if (cluster === undefined) throw new Error('there is one cluster');
  return cluster.cloudMap;
}

export interface NodeChanges {
  readonly name?: string;
  readonly namespace?: string;
  readonly createdAt?: string;
  readonly service?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

/** `front` selects app=front and goes into shop.local/front at port 8080, but for what the test says. */
export function node({
  name = 'front',
  namespace = 'shop',
  service = 'front',
  ...changes
}: NodeChanges = {}) {
  const attributes = Object.entries(changes.attributes ?? {}).map(([key, value]) => ({ key, value }));
  return virtualNodeOf(
    anObject(
      'VirtualNode',
      {
        podSelector: { matchLabels: { app: 'front' } },
        listeners: [{ portMapping: { port: 8080 } }, { portMapping: { port: 9090 } }],
        serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: service, attributes } },
        ...changes.spec,
      },
      { name, namespace, creationTimestamp: changes.createdAt ?? '2026-11-21T09:00:00Z' },
    ),
  );
}

export const mesh = (spec: object = {}, name = 'm') =>
  meshOf(anObject('Mesh', { namespaceSelector: {}, ...spec }, { name }));

function around(changes: Partial<RegistrationContext> = {}): RegistrationContext {
  return { virtualNodes: [node()], meshes: [mesh()], namespaceLabels: {}, ...changes };
}

export function desired(
  pod: Partial<Pod> = {},
  registrationContext: Partial<RegistrationContext> = {},
  cloudMap: object = {},
) {
  return desiredInstances(aPod(pod), around(registrationContext), config(cloudMap));
}

/** Of the one instance that is wanted. */
export function attributesOf(...given: Parameters<typeof desired>): Readonly<Record<string, string>> {
  const { instances, problems } = desired(...given);
  expect({ count: instances.length, problems }).toEqual({ count: 1, problems: [] });
  return instances[0]?.attributes ?? {};
}
