import type { InstanceView } from './resources/instance-view.ts';
import type { Input } from './shapes.ts';

/** The state of the engine. Times are epoch milliseconds; `order` is the position in listings. */
export type NamespaceType = 'HTTP' | 'DNS_PRIVATE' | 'DNS_PUBLIC';
export type CustomHealth = 'HEALTHY' | 'UNHEALTHY';
export type HealthStatus = CustomHealth | 'UNKNOWN';
export type Attributes = Readonly<Record<string, string>>;
export type OperationStatus = 'SUBMITTED' | 'PENDING' | 'SUCCESS' | 'FAIL';
export type OperationType =
  | 'CREATE_NAMESPACE'
  | 'DELETE_NAMESPACE'
  | 'UPDATE_NAMESPACE'
  | 'UPDATE_SERVICE'
  | 'REGISTER_INSTANCE'
  | 'DEREGISTER_INSTANCE';

/** Why an operation ended in FAIL: a documented ErrorCode, and AWS's text. */
export interface OperationFailure {
  readonly code: string;
  readonly message: string;
}

export interface NamespaceRecord {
  readonly id: string;
  readonly order: number;
  readonly arn: string;
  /** The owner account; its namespaces are shared with all others. */
  readonly owner: string;
  readonly name: string;
  readonly httpName: string;
  readonly type: NamespaceType;
  readonly vpc: string | undefined;
  readonly hostedZoneId: string | undefined;
  readonly creatorRequestId: string;
  readonly createdAtMs: number;
  description: string | undefined;
  soaTtl: number | undefined;
}

export interface ServiceRecord {
  readonly id: string;
  readonly order: number;
  readonly arn: string;
  /** The account that created it. */
  readonly creator: string;
  readonly name: string;
  readonly namespace: NamespaceRecord;
  readonly type: 'HTTP' | 'DNS_HTTP';
  readonly hasCustomHealthCheck: boolean;
  readonly creatorRequestId: string;
  /** The create request as JSON, to recognize a repeated request; undefined without CreatorRequestId. */
  readonly request: string | undefined;
  readonly createdAtMs: number;
  description: string | undefined;
  dnsConfig: Input<'CreateService'>['DnsConfig'];
  healthCheckConfig: Input<'CreateService'>['HealthCheckConfig'];
  attributes: Attributes;
  /** The current state, changed when an operation succeeds. */
  readonly instances: Map<string, InstanceRecord>;
  /** The state that control plane reads return. */
  readonly listed: InstanceView<InstanceRecord>;
  /** The state that DiscoverInstances returns. */
  readonly discovered: InstanceView<InstanceRecord>;
}

export interface InstanceRecord {
  readonly id: string;
  readonly order: number;
  /** The account that registered it. */
  readonly creator: string;
  readonly creatorRequestId: string;
  readonly attributes: Attributes;
  health: HealthStatus;
  /** A pending change of the custom health. */
  pendingHealth: { readonly status: CustomHealth; readonly cancel: () => void } | undefined;
}

export interface OperationRecord {
  readonly id: string;
  readonly order: number;
  readonly type: OperationType;
  /** The object it changes; one operation at a time. */
  readonly subject: string;
  /** The request as JSON, to recognize a repeated request; undefined without CreatorRequestId. */
  readonly request: string | undefined;
  readonly targets: Readonly<Partial<Record<'NAMESPACE' | 'SERVICE' | 'INSTANCE', string>>>;
  readonly namespaceId: string | undefined;
  readonly serviceId: string | undefined;
  /** The account that owns the namespace. */
  readonly owner: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  status: OperationStatus;
  errorCode?: string;
  errorMessage?: string;
}
