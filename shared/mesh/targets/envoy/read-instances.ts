import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { NotFoundError } from '../../../model/errors.ts';
import { type ObjectName, objectNameText } from '../../../model/records/mesh-claim.ts';
import { serviceKeyOf } from '../../../pods/services/resolve-service.ts';
import type { ServiceStore } from '../../../ports/ports.ts';
import type { CloudMapCatalog } from '../../../ports/service-entry-ports.ts';
import type { CloudMapInstance } from '../../../service-entries/plan/cloud-map-view.ts';
import type { Directory } from '../../plan/directory.ts';
import { type EntryOf, isOfKind } from '../../plan/entry.ts';
import { foreignInstances } from './plan/foreign-instances.ts';
import type { InstancesOf } from './plan/rules.ts';
import { ipPreferenceOf } from './translate/address.ts';
import type { ForeignInstance } from './translate/proxy.ts';

/** DiscoverInstances allows a thousand calls a second. */
const concurrency = 25;

export interface InstancesSource {
  readonly services: Pick<ServiceStore, 'find'>;
  readonly catalog: Pick<CloudMapCatalog, 'instances'>;
  readonly note: (message: string) => void;
}

export interface InstancesRead {
  readonly instancesOf: InstancesOf;
  /** Of all that was read; undefined if something could not be read. */
  readonly digest: string | undefined;
}

interface CloudMapNode {
  readonly node: EntryOf<'VirtualNode'>;
  readonly namespaceName: string;
  readonly serviceName: string;
}

/** Reads the instances of all virtual nodes with Cloud Map discovery, each service once. */
export async function readInstances(
  config: ClusterConfig,
  directory: Directory,
  source: InstancesSource,
): Promise<InstancesRead> {
  const nodes = directory.entries.flatMap((entry) => cloudMapNode(entry) ?? []);
  const limit = pLimit(concurrency);
  const services = new Map(nodes.map((node) => [keyOf(node), node]));
  const read = new Map(
    await Promise.all(
      [...services].map(
        async ([key, service]) => [key, await limit(() => readService(config, service, source))] as const,
      ),
    ),
  );
  const found = new Map(
    nodes.map(({ node, ...service }) => [
      objectNameText(node.id),
      instancesOf(config.name, directory, node, read.get(keyOf(service))),
    ]),
  );
  return {
    instancesOf: (node: ObjectName) => found.get(objectNameText(node)),
    digest: [...read.values()].includes(undefined) ? undefined : digestOf(found),
  };
}

function cloudMapNode(entry: Directory['entries'][number]): CloudMapNode | undefined {
  if (!isOfKind(entry, 'VirtualNode')) return undefined;
  const { awsCloudMap } = entry.content.spec.serviceDiscovery ?? {};
  return awsCloudMap ? { node: entry, ...awsCloudMap } : undefined;
}

function keyOf({ namespaceName, serviceName }: Omit<CloudMapNode, 'node'>): string {
  return `${namespaceName}/${serviceName}`;
}

/** undefined if it could not be read. A service that does not exist has no instances. */
async function readService(
  config: ClusterConfig,
  { namespaceName, serviceName }: CloudMapNode,
  { services, catalog, note }: InstancesSource,
): Promise<readonly CloudMapInstance[] | undefined> {
  try {
    const known = await services.find(serviceKeyOf(config, { namespaceName, serviceName }));
    const { id = '', ownerAccount, httpName = namespaceName } = known ?? {};
    const { instances } = await catalog.instances({
      // If the id is not known, more instances than one answer has cannot be read.
      ...{ id, arn: id, name: serviceName, healthCheck: known?.hasCustomHealthCheck ? 'custom' : 'none' },
      namespace: { httpName, ownerAccount },
    });
    return instances;
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    const why = error instanceof Error ? error.message : String(error);
    note(
      `cluster ${config.name}: instances of ${namespaceName}/${serviceName} could not be read, so the last known ones stay: ${why}`,
    );
    return undefined;
  }
}

function instancesOf(
  cluster: string,
  directory: Directory,
  node: EntryOf<'VirtualNode'>,
  instances: readonly CloudMapInstance[] | undefined,
): readonly ForeignInstance[] | undefined {
  const place = directory.placeOf(node);
  if (instances === undefined || 'reason' in place) return undefined;
  return foreignInstances(node, instances, { cluster, preference: ipPreferenceOf(node, place) });
}

function digestOf(found: ReadonlyMap<string, unknown>): string {
  const all = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(all)).digest('base64url');
}
