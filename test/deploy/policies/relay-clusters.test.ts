import { expect, it } from 'vitest';
import { type PolicyDocument, pinRelayRegions } from '../../../deploy/policies/relay-clusters.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

function arnsOf(...clusters: readonly object[]): unknown {
  const document: PolicyDocument = { Statement: [{ Sid: 'SendsEventsOfItsCluster' }] };
  const file = clustersFile.parse({ clusters });
  pinRelayRegions(document, file);
  pinRelayRegions(document, file);
  expect(document.Statement).toHaveLength(2);
  expect(document.Statement[1]).toMatchObject({ Effect: 'Deny', Action: 'events:PutEvents' });
  const { Condition } = document.Statement[1] as unknown as {
    Condition: Record<string, Record<string, unknown>>;
  };
  return Condition.StringNotLike?.['aws:PrincipalTag/eks-cluster-arn'];
}

const own = (cluster: string) => ({ 'Fn::Sub': `arn:*:eks:\${AWS::Region}:*:cluster/${cluster}` });

it('relays of clusters in the Region of the stack are refused in all other Regions', () => {
  expect(arnsOf({ name: 'a' }, { name: 'b' })).toEqual([own('*')]);
});

it('with clusters in several Regions, each is refused in all Regions but its own', () => {
  const there = { name: 'b', kubernetes: { region: 'eu-west-1' } };
  expect(arnsOf({ name: 'a' }, there)).toEqual([own('a'), 'arn:*:eks:eu-west-1:*:cluster/b']);
});

it('with many clusters in several Regions, all other Regions are refused: a policy has no room for each cluster', () => {
  const clusters = Array.from({ length: 200 }, (_, index) => ({
    name: `cluster-${index}`,
    ...(index % 2 === 1 && { kubernetes: { region: 'eu-west-1' } }),
  }));
  expect(arnsOf(...clusters)).toEqual([own('*'), 'arn:*:eks:eu-west-1:*:cluster/*']);
});
