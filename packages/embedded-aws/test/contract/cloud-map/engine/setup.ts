import { CloudMap, type CloudMapOptions } from '../../../../src/cloud-map/cloud-map.ts';
import type { SettingsInput } from '../../../../src/cloud-map/settings.ts';
import { EngineBench, type Json } from '../../engine-bench.ts';

/** The engine on a virtual clock, and short ways to call it. */
export class Bench extends EngineBench<CloudMap> {
  constructor(settings: SettingsInput = {}, options: CloudMapOptions = {}) {
    super((clock) => new CloudMap({ clock, settings: { rates: {}, ...settings }, ...options }));
  }

  status(operationId: unknown): unknown {
    return (this.call('GetOperation', { OperationId: operationId }).Operation as Json).Status;
  }

  /** The id of a new HTTP namespace, which exists on return. */
  namespace(name = 'ns'): string {
    const { OperationId } = this.call('CreateHttpNamespace', { Name: name });
    this.clock.advance(this.engine.settings.latenciesMs.CREATE_NAMESPACE);
    const operation = this.call('GetOperation', { OperationId }).Operation as { Targets: Json };
    return operation.Targets.NAMESPACE as string;
  }

  /** The id of a new service with a custom health check, in the namespace given or a new one. */
  service({ namespaceId = this.namespace(), name = 's', ...input }: Json = {}): string {
    const { Service } = this.call('CreateService', {
      Name: name,
      NamespaceId: namespaceId,
      HealthCheckCustomConfig: {},
      ...input,
    });
    return (Service as Json).Id as string;
  }

  /** Starts a registration; the operation's id. */
  register(serviceId: string, instanceId: string, attributes: Json = {}, input: Json = {}): string {
    return this.call('RegisterInstance', {
      ServiceId: serviceId,
      InstanceId: instanceId,
      Attributes: attributes,
      ...input,
    }).OperationId as string;
  }

  deregister(serviceId: string, instanceId: string): string {
    return this.call('DeregisterInstance', { ServiceId: serviceId, InstanceId: instanceId })
      .OperationId as string;
  }

  listed(serviceId: string): string[] {
    return (this.call('ListInstances', { ServiceId: serviceId }).Instances as Json[]).map(
      ({ Id }) => Id as string,
    );
  }

  discovered(input: Json = {}): string[] {
    const { Instances } = this.call('DiscoverInstances', { NamespaceName: 'ns', ServiceName: 's', ...input });
    return (Instances as Json[]).map(({ InstanceId }) => InstanceId as string);
  }

  revision(): number {
    return this.call('DiscoverInstancesRevision', { NamespaceName: 'ns', ServiceName: 's' })
      .InstancesRevision as number;
  }

  health(serviceId: string): Json {
    return this.call('GetInstancesHealthStatus', { ServiceId: serviceId }).Status as Json;
  }
}
