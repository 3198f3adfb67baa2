import {
  GetInstanceCommand,
  GetNamespaceCommand,
  InstanceNotFound,
  paginateListNamespaces,
  type ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { isSameDnsName } from '../../model/dns-name.ts';
import type { CloudMap, CloudMapNamespace, NamespaceReader } from '../../ports/ports.ts';
import { callCloudMap, cloudMapPages } from './call-cloud-map.ts';
import { accountOf, namespaceOf, sharedNamespaceOf } from './cloud-map-namespace.ts';
import { causeOf } from './errors.ts';
import { readOperation } from './operation-reader.ts';

/** Reads the VPCs of hosted zones: adapters/aws/hosted-zones.ts. */
export interface VpcReader {
  vpcsOf(hostedZoneId: string): Promise<readonly string[]>;
}

/** Namespaces, an instance and an operation of one account and Region: no call that changes Cloud Map. */
export class CloudMapLookup implements NamespaceReader, Pick<CloudMap, 'findInstance' | 'operation'> {
  protected readonly client: ServiceDiscoveryClient;
  private readonly hostedZones: VpcReader;

  /** Without a reader of hosted zones, no VPCs of namespaces are known. */
  constructor(client: ServiceDiscoveryClient, hostedZones: VpcReader = { vpcsOf: async () => [] }) {
    this.client = client;
    this.hostedZones = hostedZones;
  }

  /** All namespaces of this account with the name, ignoring case: a filter by name would compare it exactly. */
  async namespacesNamed(name: string): Promise<readonly CloudMapNamespace[]> {
    const pages = paginateListNamespaces(
      { client: this.client, pageSize: 100 },
      { Filters: [{ Name: 'RESOURCE_OWNER', Values: ['SELF'] }] },
    );
    const found: CloudMapNamespace[] = [];
    for await (const page of cloudMapPages('ListNamespaces', name, pages))
      for (const summary of page.Namespaces ?? [])
        if (isSameDnsName(summary.Name ?? '', name)) found.push(namespaceOf(summary));
    return found;
  }

  async namespaceById(idOrArn: string): Promise<CloudMapNamespace> {
    const { Namespace = {} } = await callCloudMap('GetNamespace', idOrArn, () =>
      this.client.send(new GetNamespaceCommand({ Id: idOrArn })),
    );
    return accountOf(idOrArn) === undefined ? namespaceOf(Namespace) : sharedNamespaceOf(Namespace, idOrArn);
  }

  async vpcsOf({ hostedZoneId }: CloudMapNamespace): Promise<readonly string[]> {
    return hostedZoneId === undefined ? [] : this.hostedZones.vpcsOf(hostedZoneId);
  }

  async findInstance(
    serviceId: string,
    instanceId: string,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      const { Instance } = await callCloudMap('GetInstance', `${instanceId} of ${serviceId}`, () =>
        this.client.send(new GetInstanceCommand({ ServiceId: serviceId, InstanceId: instanceId })),
      );
      return Instance?.Attributes ?? {};
    } catch (error) {
      if (causeOf(error) instanceof InstanceNotFound) return undefined;
      throw error;
    }
  }

  operation(id: string): ReturnType<typeof readOperation> {
    return readOperation(this.client, id);
  }
}
