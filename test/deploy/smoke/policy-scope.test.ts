import { describe, expect, it } from 'vitest';
import { clusterTag } from '../../../deploy/smoke/names.ts';
import { policyOf } from '../../../deploy/smoke/policy.ts';

const statements = policyOf({ stage: 'production' }).Statement;
const ofAction = (action: string, of = statements) => of.filter(({ Action }) => Action.includes(action));
const tagOfResource = { [`aws:ResourceTag/${clusterTag}`]: 'false' };
const tagOfRequest = { [`aws:RequestTag/${clusterTag}`]: 'false' };

describe('the scope of the policy of a person who runs the smoke test', () => {
  it('is * only for calls without resource-level permissions', () => {
    const unlimited = statements.filter(({ Resource }) => Resource === '*');
    expect(unlimited.flatMap(({ Action }) => Action).sort()).toEqual([
      'events:ListRules',
      'servicediscovery:CreateHttpNamespace',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListServices',
      'servicediscovery:ListTagsForResource',
      'servicediscovery:TagResource',
      'sqs:ListQueues',
    ]);
    for (const { Action, Condition } of unlimited)
      if (!Action.every((action) => /:List/.test(action)))
        expect(Condition).toEqual({
          Null: tagOfRequest,
          'ForAllValues:StringEquals': { 'aws:TagKeys': [clusterTag] },
        });
  });

  it.each(['RegisterInstance', 'DeregisterInstance', 'UpdateInstanceCustomHealthStatus', 'DeleteNamespace'])(
    '%s is allowed only where the tag of a smoke test is',
    (call) => {
      const found = ofAction(`servicediscovery:${call}`);
      expect(found).toHaveLength(1);
      expect(found[0]?.Condition).toEqual({ Null: tagOfResource });
    },
  );

  it('DeleteService is allowed for services with the tag of a smoke test or of the deployment', () => {
    const found = ofAction('servicediscovery:DeleteService').map(({ Condition }) => Condition?.Null);
    expect(found).toEqual([tagOfResource, { 'aws:ResourceTag/eks-mesh-sync/cluster': 'false' }]);
  });

  it('services are created with the tag, and only in namespaces that have it or in the one that is given', () => {
    const conditions = (namespace?: string) =>
      ofAction('servicediscovery:CreateService', policyOf({ stage: 'production', namespace }).Statement).map(
        ({ Resource, Condition }) => [/namespace|service\//.exec(`${Resource}`)?.[0], Condition?.Null],
      );
    expect(conditions()).toEqual([
      ['namespace', { ...tagOfRequest, ...tagOfResource }],
      ['service/', tagOfRequest],
    ]);
    expect(conditions('mine')).toEqual([
      ['namespace', tagOfRequest],
      ['service/', tagOfRequest],
    ]);
  });

  it('instances are discovered in the namespaces of the test only', () => {
    const names = (namespace?: string) =>
      ofAction(
        'servicediscovery:DiscoverInstances',
        policyOf({ stage: 'production', namespace }).Statement,
      ).map(({ Condition }) => Condition?.StringLike?.['servicediscovery:NamespaceName']);
    expect(names()).toEqual([['eks-mesh-sync-smoke-production-*']]);
    expect(names('mine')).toEqual([['eks-mesh-sync-smoke-production-*', 'mine']]);
  });
});
