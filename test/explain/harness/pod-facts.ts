import type { InstanceFacts, PodFacts } from '../../../shared/explain/plan/explained.ts';
import { type ClusterConfig, clustersFile } from '../../../shared/model/cluster-config.ts';
import type { Place } from '../../../shared/model/commands/place.ts';
import type { PodRecord } from '../../../shared/model/records/pod-record.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { type Mesh, meshOf, type VirtualNode, virtualNodeOf } from '../../../shared/model/virtual-node.ts';
import { desiredInstances } from '../../../shared/pods/plan/desired/desired.ts';
import type { RegistrationContext } from '../../../shared/pods/plan/desired/registration-context.ts';
import { anObject, aPod } from '../../fakes/objects.ts';

export const nowMs = Date.UTC(2026, 10, 21, 12);
/** Where the functions run in these tests. */
export const production: Place = { kind: 'deployment', stage: 'production', region: 'us-west-2' };
/** The command that has the writer of a pod in namespace shop reevaluate it. */
export function resyncOf(pod: string): string {
  const input = JSON.stringify({ cluster: 'local', namespace: 'shop', pod });
  return `printf %s '${input}' | aws --region us-west-2 lambda invoke --function-name eks-mesh-sync-production-resync --cli-read-timeout 900 --payload fileb:///dev/stdin /dev/stdout`;
}
export const key = { cluster: 'local', namespace: 'shop', name: 'front-1' };

export function aConfig(cloudMap: object = {}): ClusterConfig {
  const [cluster] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap }] }).clusters;
  if (cluster === undefined) throw new Error('there is one cluster');
  return cluster;
}

const discovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } };

/** A virtual node that selects the usual pod and registers it in shop.local/front, with the changes of the test. */
export function aNode(name: string, spec: Readonly<Record<string, unknown>> = {}): VirtualNode {
  const usual = { podSelector: { matchLabels: { app: 'front' } }, serviceDiscovery: discovery };
  return virtualNodeOf(anObject('VirtualNode', { ...usual, ...spec }, { name }));
}

export function aMesh(spec: Readonly<Record<string, unknown>>): Mesh {
  return meshOf(anObject('Mesh', spec, { name: 'shop-mesh' }));
}

export function aRecord(pod: Parameters<typeof aPod>[0] = {}, changes: Partial<PodRecord> = {}): PodRecord {
  return { pod: aPod(pod), deleted: false, registrations: [], problems: [], ...changes };
}

export function aClaim(changes: Partial<Claim> = {}): Claim {
  return {
    service: { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' },
    instanceId: '10.0.0.1',
    owner: { ...key, uid: 'uid-1' },
    phase: 'applied',
    fingerprint: 'print',
    serviceId: 'srv-1',
    operationId: 'op-1',
    touchedAtMs: nowMs - 5 * 60_000,
    version: 2,
    waiting: [],
    waitRevision: 0,
    ...changes,
  };
}

interface Changes extends Partial<Omit<PodFacts, 'instances'>> {
  /** Of the usual pod's one instance. */
  readonly instance?: Partial<InstanceFacts>;
}

const usualContext: RegistrationContext = {
  virtualNodes: [aNode('front')],
  meshes: [],
  namespaceLabels: {},
};

/** All facts about a correctly registered pod, with the changes of the test. */
export function podFacts({ instance, ...changes }: Changes = {}): PodFacts {
  const usual: PodFacts = {
    key,
    place: production,
    nowMs,
    config: aConfig(),
    seen: 'yes',
    received: { cluster: true, namespace: true },
    record: aRecord(),
    registrationContext: usualContext,
    instances: [],
    deadLetters: [],
    invalidNodes: [],
    readFailures: [],
    ...changes,
  };
  const { record, registrationContext, config } = usual;
  const desired =
    record && registrationContext
      ? desiredInstances(record.pod, registrationContext, config.cloudMap).instances
      : [];
  return { ...usual, instances: desired.map((wanted) => ({ ...registered(wanted), ...instance })) };
}

function registered(desired: NonNullable<InstanceFacts['desired']>): InstanceFacts {
  const { namespaceName, serviceName, instanceId, attributes } = desired;
  return {
    namespaceName,
    serviceName,
    instanceId,
    desired,
    tenancyRefusal: null,
    namespace: 'http',
    mayCreateNamespace: false,
    serviceId: 'srv-1',
    serviceIsGone: false,
    hasCustomHealthCheck: true,
    claim: aClaim(),
    operation: { id: 'op-1', status: 'succeeded' },
    actual: attributes,
    ownership: { kind: 'ours' },
    discovered: { health: 'HEALTHY' },
  };
}

/** The registration of the instance has not started. */
export const absent: Partial<InstanceFacts> = {
  claim: null,
  operation: undefined,
  actual: null,
  ownership: undefined,
  discovered: null,
};
