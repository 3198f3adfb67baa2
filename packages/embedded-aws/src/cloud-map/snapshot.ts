import type { Context } from './context.ts';
import type { Attributes, HealthStatus, NamespaceType, OperationStatus, OperationType } from './records.ts';

/** The whole state as plain data, for assertions. */
export interface Snapshot {
  readonly namespaces: readonly NamespaceSnapshot[];
  readonly operations: readonly OperationSnapshot[];
}

interface NamespaceSnapshot {
  readonly id: string;
  readonly name: string;
  readonly type: NamespaceType;
  readonly arn: string;
  readonly owner: string;
  readonly vpc: string | undefined;
  readonly services: readonly ServiceSnapshot[];
}

interface ServiceSnapshot {
  readonly id: string;
  readonly name: string;
  readonly hasCustomHealthCheck: boolean;
  readonly instances: Readonly<
    Record<string, { readonly attributes: Attributes; readonly health: HealthStatus }>
  >;
}

interface OperationSnapshot {
  readonly id: string;
  readonly type: OperationType;
  readonly status: OperationStatus;
  readonly serviceId: string | undefined;
  readonly instanceId: string | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export function snapshot({ namespaces, services, operations }: Context): Snapshot {
  const all = [...services.values()];
  return {
    namespaces: [...namespaces.values()].map((namespace) => ({
      id: namespace.id,
      name: namespace.name,
      type: namespace.type,
      arn: namespace.arn,
      owner: namespace.owner,
      vpc: namespace.vpc,
      services: all
        .filter((service) => service.namespace === namespace)
        .map(({ id, name, hasCustomHealthCheck, instances }) => ({
          id,
          name,
          hasCustomHealthCheck,
          instances: Object.fromEntries(
            [...instances].map(([key, { attributes, health }]) => [key, { attributes, health }]),
          ),
        })),
    })),
    operations: operations
      .all()
      .map(({ id, type, status, serviceId, targets, createdAtMs, updatedAtMs }) => ({
        id,
        type,
        status,
        serviceId,
        instanceId: targets.INSTANCE,
        createdAtMs,
        updatedAtMs,
      })),
  };
}
