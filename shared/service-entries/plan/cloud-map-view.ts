/** A Cloud Map namespace, as ListNamespaces answers it. */
export interface CloudMapNamespaceView {
  readonly id: string;
  readonly name: string;
  /** What DiscoverInstances wants as the name; it differs if several namespaces share a name. */
  readonly httpName?: string | undefined;
  readonly type: 'HTTP' | 'DNS_PRIVATE' | 'DNS_PUBLIC';
  readonly arn?: string | undefined;
  /** The account that owns it, and its Region; the functions' own if absent. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

export interface CloudMapInstance {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** As DiscoverInstances answers with HealthStatus ALL: HEALTHY, UNHEALTHY, or UNKNOWN without a health check. */
  readonly health?: string | undefined;
}

export interface CloudMapServiceView {
  readonly namespace: CloudMapNamespaceView;
  readonly name: string;
  readonly arn?: string | undefined;
  readonly healthCheck: 'custom' | 'route53' | 'none';
  /** All instances, whatever their health, in any order. undefined: not read this time; the entry stays as it is. */
  readonly instances: readonly CloudMapInstance[] | undefined;
  /** Pods of a cluster of clusters.yml were registered in it. Matters only while it has no instances. */
  readonly isRegisteredByPods?: boolean | undefined;
  /** The answer was full, so there may be more instances. */
  readonly isTruncated?: boolean | undefined;
}

/** What was read of Cloud Map in one run. Nothing is deleted that this does not show to be gone. */
export interface CloudMapListing {
  /** All selected namespaces are in `namespaces`: the list of namespaces was read to its last page. */
  readonly isComplete: boolean;
  readonly namespaces: readonly NamespaceListing[];
}

export interface NamespaceListing {
  readonly namespace: CloudMapNamespaceView;
  /** All selected services of the namespace are in `services`: the list of services was read to its last page. */
  readonly isComplete: boolean;
  readonly services: readonly CloudMapServiceView[];
}
