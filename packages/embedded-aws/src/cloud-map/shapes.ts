import { z } from 'zod';

/**
 * The input shape of each operation in the service model 2017-03-14: required members, lengths, ranges, patterns and
 * enums. Patterns are written as in the model, because error messages quote them. Unknown members are ignored, as on
 * AWS.
 */
const string = (max: number, min = 0) => z.string().min(min).max(max);
const arn = string(255);
const resourceId = string(64);
const accountId = string(12, 12).optional();
const description = string(1024);
const maxResults = z.int().min(1).max(100).optional();
const nextToken = string(4096).optional();
const ttl = z.int().min(0).max(2147483647);

const attributeKey = string(255).regex(/^[a-zA-Z0-9!-~]+$/);
const attributeValue = string(1024).regex(/^([a-zA-Z0-9!-~][ \ta-zA-Z0-9!-~]*){0,1}[a-zA-Z0-9!-~]{0,1}$/);
const attributes = z.record(attributeKey, attributeValue);
const instanceId = string(64).regex(/^[0-9a-zA-Z_/:.@-]+$/);
const serviceName = z
  .string()
  .regex(
    /((?=^.{1,127}$)^([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])(\.([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9]))*$)|(^\.$)/,
  );
const namespaceName = string(1024).regex(/^[!-~]{1,1024}$/);
const httpNamespaceName = string(1024).regex(/^(?!arn:)[!-~]{1,1024}$/);
const privateNamespaceName = string(253).regex(/^(?!arn:)[!-~]{1,253}$/);
const publicNamespaceName = string(253).regex(
  /^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/,
);

const tags = z.array(z.object({ Key: string(128, 1), Value: string(256) })).max(200);
const soa = z.object({ SOA: z.object({ TTL: ttl }) });
const dnsProperties = z.object({ DnsProperties: soa }).optional();

const dnsRecords = z.array(z.object({ Type: z.enum(['SRV', 'A', 'AAAA', 'CNAME']), TTL: ttl }));
const failureThreshold = z.int().min(1).max(10).optional();
const healthCheckConfig = z.object({
  Type: z.enum(['HTTP', 'HTTPS', 'TCP']),
  ResourcePath: string(255).optional(),
  FailureThreshold: failureThreshold,
});

const condition = z.enum(['EQ', 'IN', 'BETWEEN', 'BEGINS_WITH']).optional();
const filters = <const Name extends string>(...names: [Name, ...Name[]]) =>
  z
    .array(z.object({ Name: z.enum(names), Values: z.array(string(255, 1)), Condition: condition }))
    .optional();

const instanceOf = { ServiceId: arn, InstanceId: resourceId };
const createNamespace = {
  CreatorRequestId: resourceId.optional(),
  Description: description.optional(),
  Tags: tags.optional(),
};
const updateDnsNamespace = z.object({
  Id: arn,
  UpdaterRequestId: resourceId.optional(),
  Namespace: z.object({ Description: description.optional(), Properties: dnsProperties }),
});
const discover = { NamespaceName: namespaceName, ServiceName: serviceName, OwnerAccount: accountId };

export const inputs = {
  CreateHttpNamespace: z.object({ Name: httpNamespaceName, ...createNamespace }),
  CreatePrivateDnsNamespace: z.object({
    Name: privateNamespaceName,
    Vpc: resourceId,
    Properties: dnsProperties,
    ...createNamespace,
  }),
  CreatePublicDnsNamespace: z.object({
    Name: publicNamespaceName,
    Properties: dnsProperties,
    ...createNamespace,
  }),
  CreateService: z.object({
    Name: serviceName,
    NamespaceId: arn.optional(),
    CreatorRequestId: resourceId.optional(),
    Description: description.optional(),
    DnsConfig: z
      .object({
        NamespaceId: resourceId.optional(),
        RoutingPolicy: z.enum(['MULTIVALUE', 'WEIGHTED']).optional(),
        DnsRecords: dnsRecords,
      })
      .optional(),
    HealthCheckConfig: healthCheckConfig.optional(),
    HealthCheckCustomConfig: z.object({ FailureThreshold: failureThreshold }).optional(),
    Tags: tags.optional(),
    Type: z.enum(['HTTP']).optional(),
  }),
  DeleteNamespace: z.object({ Id: arn }),
  DeleteService: z.object({ Id: arn }),
  DeleteServiceAttributes: z.object({
    ServiceId: arn,
    Attributes: z.array(string(255)).min(1).max(30),
  }),
  DeregisterInstance: z.object(instanceOf),
  DiscoverInstances: z.object({
    ...discover,
    MaxResults: z.int().min(1).max(1000).optional(),
    QueryParameters: attributes.optional(),
    OptionalParameters: attributes.optional(),
    HealthStatus: z.enum(['HEALTHY', 'UNHEALTHY', 'ALL', 'HEALTHY_OR_ELSE_ALL']).optional(),
  }),
  DiscoverInstancesRevision: z.object(discover),
  GetInstance: z.object(instanceOf),
  GetInstancesHealthStatus: z.object({
    ServiceId: arn,
    Instances: z.array(resourceId).min(1).optional(),
    MaxResults: maxResults,
    NextToken: nextToken,
  }),
  GetNamespace: z.object({ Id: arn }),
  GetOperation: z.object({ OperationId: string(255), OwnerAccount: accountId }),
  GetService: z.object({ Id: arn }),
  GetServiceAttributes: z.object({ ServiceId: arn }),
  ListInstances: z.object({ ServiceId: arn, MaxResults: maxResults, NextToken: nextToken }),
  ListNamespaces: z.object({
    MaxResults: maxResults,
    NextToken: nextToken,
    Filters: filters('TYPE', 'NAME', 'HTTP_NAME', 'RESOURCE_OWNER'),
  }),
  ListOperations: z.object({
    MaxResults: maxResults,
    NextToken: nextToken,
    Filters: filters('NAMESPACE_ID', 'SERVICE_ID', 'STATUS', 'TYPE', 'UPDATE_DATE'),
  }),
  ListServices: z.object({
    MaxResults: maxResults,
    NextToken: nextToken,
    Filters: filters('NAMESPACE_ID', 'RESOURCE_OWNER'),
  }),
  ListTagsForResource: z.object({ ResourceARN: string(1011, 1) }),
  RegisterInstance: z.object({
    ServiceId: arn,
    InstanceId: instanceId,
    CreatorRequestId: resourceId.optional(),
    Attributes: attributes,
  }),
  TagResource: z.object({ ResourceARN: string(1011, 1), Tags: tags }),
  UntagResource: z.object({ ResourceARN: string(1011, 1), TagKeys: z.array(string(128, 1)).max(200) }),
  UpdateHttpNamespace: z.object({
    Id: arn,
    UpdaterRequestId: resourceId.optional(),
    Namespace: z.object({ Description: description }),
  }),
  UpdateInstanceCustomHealthStatus: z.object({ ...instanceOf, Status: z.enum(['HEALTHY', 'UNHEALTHY']) }),
  UpdatePrivateDnsNamespace: updateDnsNamespace,
  UpdatePublicDnsNamespace: updateDnsNamespace,
  UpdateService: z.object({
    Id: arn,
    Service: z.object({
      Description: description.optional(),
      DnsConfig: z.object({ DnsRecords: dnsRecords }).optional(),
      HealthCheckConfig: healthCheckConfig.optional(),
    }),
  }),
  UpdateServiceAttributes: z.object({
    ServiceId: arn,
    Attributes: z
      .record(string(255), string(1024))
      .refine((map) => Object.keys(map).length >= 1, { params: { minimum: 1 } })
      .refine((map) => Object.keys(map).length <= 30, { params: { maximum: 30 } }),
  }),
} as const;

export type OperationName = keyof typeof inputs;
export type Input<Name extends OperationName> = z.output<(typeof inputs)[Name]>;

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(inputs, name);
}
