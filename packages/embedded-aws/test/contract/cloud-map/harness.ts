import { randomUUID } from 'node:crypto';
import * as sd from '@aws-sdk/client-servicediscovery';
import { present } from '../outcomes.ts';
import { ServiceHarness } from '../service-harness.ts';

/** What the cases do all the time. Every case makes its own namespaces, so that all can share one server. */
export class Harness extends ServiceHarness<sd.ServiceDiscoveryClient> {
  async operation(OperationId: string | undefined): Promise<sd.Operation> {
    const { Operation } = await this.client.send(new sd.GetOperationCommand({ OperationId }));
    return present(Operation, 'Operation');
  }

  /** Waits until the operation has ended. */
  async ended({ OperationId }: { OperationId?: string | undefined }): Promise<sd.Operation> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const operation = await this.operation(OperationId);
      if (operation.Status === 'SUCCESS' || operation.Status === 'FAIL') return operation;
      await this.pass(50);
    }
    throw new Error(`operation ${OperationId} does not end`);
  }

  async httpNamespace(): Promise<{ id: string; name: string }> {
    const name = this.name();
    const { Targets } = await this.ended(
      await this.client.send(new sd.CreateHttpNamespaceCommand({ Name: name })),
    );
    return { id: present(Targets?.NAMESPACE, 'Targets.NAMESPACE'), name };
  }

  async privateNamespace(): Promise<{ id: string; name: string }> {
    const name = `${this.name()}.local`;
    const { Targets } = await this.ended(
      await this.client.send(new sd.CreatePrivateDnsNamespaceCommand({ Name: name, Vpc: vpcId() })),
    );
    return { id: present(Targets?.NAMESPACE, 'Targets.NAMESPACE'), name };
  }

  /** A service with a custom health check, unless stated otherwise. */
  async service(
    namespaceId: string,
    input: Partial<sd.CreateServiceCommandInput> = { HealthCheckCustomConfig: {} },
  ): Promise<{ id: string; name: string; arn: string }> {
    const name = this.name();
    const { Service } = await this.client.send(
      new sd.CreateServiceCommand({ Name: name, NamespaceId: namespaceId, ...input }),
    );
    return { id: present(Service?.Id, 'Id'), name: Service?.Name ?? '', arn: present(Service?.Arn, 'Arn') };
  }

  async register(
    ServiceId: string,
    InstanceId: string,
    Attributes: Record<string, string> = { AWS_INSTANCE_IPV4: '192.0.2.1' },
  ): Promise<sd.Operation> {
    const input = { ServiceId, InstanceId, Attributes };
    return this.ended(await this.client.send(new sd.RegisterInstanceCommand(input)));
  }

  async deregister(ServiceId: string, InstanceId: string): Promise<sd.Operation> {
    return this.ended(await this.client.send(new sd.DeregisterInstanceCommand({ ServiceId, InstanceId })));
  }

  /** The ids that DiscoverInstances answers, sorted. */
  async discovered(input: sd.DiscoverInstancesCommandInput): Promise<string[]> {
    const { Instances } = await this.client.send(new sd.DiscoverInstancesCommand(input));
    return (Instances ?? []).map(({ InstanceId }) => InstanceId ?? '').sort();
  }
}

export function vpcId(): string {
  return `vpc-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
}
