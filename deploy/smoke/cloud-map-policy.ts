import { clusterTag, prefix } from './names.ts';
import type { SmokeOptions } from './options.ts';
import { allow, type Condition, type Statement } from './statement.ts';

const namespaces = 'arn:aws:servicediscovery:*:*:namespace/*';
const services = 'arn:aws:servicediscovery:*:*:service/*';

/** AWS generates the ids of namespaces and services, so what the test may change is known by its tag only. */
const isOfATest: Condition = { Null: { [`aws:ResourceTag/${clusterTag}`]: 'false' } };
const isTagged: Condition = {
  Null: { [`aws:RequestTag/${clusterTag}`]: 'false' },
  'ForAllValues:StringEquals': { 'aws:TagKeys': [clusterTag] },
};

const calls = (...names: readonly string[]) => names.map((name) => `servicediscovery:${name}`);

/**
 * What the test does in Cloud Map, in a namespace of its own or in the one that is given. See the Service Authorization
 * Reference on AWS Cloud Map for the actions that have resource-level permissions or condition keys.
 */
export function cloudMapStatements({
  stage,
  namespace,
}: Pick<SmokeOptions, 'stage' | 'namespace'>): Statement[] {
  const names = [`${prefix}-${stage}-*`, ...(namespace === undefined ? [] : [namespace])];
  return [
    // Cloud Map has no resource-level permissions for these.
    allow('FindsNamespacesAndServices', calls('ListNamespaces', 'ListServices', 'ListTagsForResource'), '*'),
    allow('ReadsServices', calls('GetService', 'GetInstance', 'ListInstances'), services),
    allow('FollowsOperations', calls('GetOperation'), [namespaces, services]),
    allow('Discovers', calls('DiscoverInstances', 'DiscoverInstancesRevision'), [namespaces, services], {
      StringLike: { 'servicediscovery:NamespaceName': names },
    }),
    // Cloud Map has no resource-level permission for it. It is needed to create with a tag; so this person could tag a service
    // of others, too, and then do with it what is allowed below. CloudTrail shows it.
    allow('TagsWhatItCreates', calls('TagResource'), '*', isTagged),
    // A namespace that does not exist yet has no ARN.
    allow('CreatesNamespaces', calls('CreateHttpNamespace'), '*', isTagged),
    allow('DeletesItsNamespaces', calls('DeleteNamespace'), namespaces, isOfATest),
    // CreateService needs both, the namespace and the service. A namespace that is given has no tag of a test.
    allow('CreatesServicesInNamespaces', calls('CreateService'), namespaces, {
      ...isTagged,
      Null: { ...isTagged.Null, ...(namespace === undefined && isOfATest.Null) },
    }),
    allow('CreatesServices', calls('CreateService'), services, isTagged),
    allow(
      'ChangesServicesOfATest',
      calls('RegisterInstance', 'DeregisterInstance', 'UpdateInstanceCustomHealthStatus', 'DeleteService'),
      services,
      isOfATest,
    ),
    // The test pod's service has the tag of sync-pods. Cloud Map deletes no service that has instances.
    allow('DeletesEmptyServicesOfTheDeployment', calls('DeleteService'), services, {
      Null: { 'aws:ResourceTag/eks-mesh-sync/cluster': 'false' },
    }),
  ];
}
