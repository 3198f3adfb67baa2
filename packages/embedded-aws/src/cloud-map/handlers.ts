import type { Context } from './context.ts';
import { discoverInstances, discoverInstancesRevision } from './resources/discover.ts';
import { getInstancesHealthStatus, updateInstanceCustomHealthStatus } from './resources/health.ts';
import { deregisterInstance, getInstance, listInstances, registerInstance } from './resources/instances.ts';
import { getOperation, listOperations } from './resources/list-operations.ts';
import {
  createNamespace,
  deleteNamespace,
  getNamespace,
  listNamespaces,
  updateNamespace,
} from './resources/namespaces.ts';
import {
  deleteServiceAttributes,
  getServiceAttributes,
  updateServiceAttributes,
} from './resources/service-attributes.ts';
import { createService, deleteService, getService, listServices } from './resources/services.ts';
import { listTagsForResource, tagResource, untagResource } from './resources/tags.ts';
import { updateService } from './resources/update-service.ts';
import type { Input, OperationName } from './shapes.ts';

type Handlers = {
  readonly [Name in OperationName]: (context: Context, input: Input<Name>) => object | undefined;
};

export const handlers: Handlers = {
  CreateHttpNamespace: createNamespace('HTTP'),
  CreatePrivateDnsNamespace: createNamespace('DNS_PRIVATE'),
  CreatePublicDnsNamespace: createNamespace('DNS_PUBLIC'),
  CreateService: createService,
  DeleteNamespace: deleteNamespace,
  DeleteService: deleteService,
  DeleteServiceAttributes: deleteServiceAttributes,
  DeregisterInstance: deregisterInstance,
  DiscoverInstances: discoverInstances,
  DiscoverInstancesRevision: discoverInstancesRevision,
  GetInstance: getInstance,
  GetInstancesHealthStatus: getInstancesHealthStatus,
  GetNamespace: getNamespace,
  GetOperation: getOperation,
  GetService: getService,
  GetServiceAttributes: getServiceAttributes,
  ListInstances: listInstances,
  ListNamespaces: listNamespaces,
  ListOperations: listOperations,
  ListServices: listServices,
  ListTagsForResource: listTagsForResource,
  RegisterInstance: registerInstance,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateHttpNamespace: updateNamespace('HTTP'),
  UpdateInstanceCustomHealthStatus: updateInstanceCustomHealthStatus,
  UpdatePrivateDnsNamespace: updateNamespace('DNS_PRIVATE'),
  UpdatePublicDnsNamespace: updateNamespace('DNS_PUBLIC'),
  UpdateService: updateService,
  UpdateServiceAttributes: updateServiceAttributes,
};
