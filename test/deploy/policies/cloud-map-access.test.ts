import { describe, expect, it } from 'vitest';
import { cloudMapAccess, cloudMapReading } from '../../../deploy/policies/cloud-map-access.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

const role = 'arn:aws:iam::111122223333:role/cloud-map';

function access(...cloudMaps: object[]) {
  const clusters = cloudMaps.map((cloudMap, index) => ({ name: `cluster-${index}`, cloudMap }));
  return cloudMapAccess(clustersFile.parse({ clusters }));
}

const actions = (statements: ReturnType<typeof access>) => statements.flatMap(({ Action }) => Action);

describe('cloudMapAccess', () => {
  it('cloudMapAccess lets in no more than the roles named, where every cluster names one', () => {
    expect(access({ roleArn: role }, { roleArn: role })).toEqual([
      { Sid: 'AssumesTheRolesNamed', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: [role] },
    ]);
  });

  it('cloudMapAccess assumes no role, where no cluster names one', () => {
    expect(actions(access({}))).not.toContain('sts:AssumeRole');
  });

  it('cloudMapAccess reaches the places where a cluster registered formerly', () => {
    const formerly = [{ region: 'us-east-1' }, { roleArn: role }];
    const statements = access({ region: 'eu-west-1', formerly });
    expect(statements.find(({ Sid }) => Sid === 'AssumesTheRolesNamed')?.Resource).toEqual([role]);
    const lists = statements.find(({ Action }) => Action.includes('servicediscovery:ListNamespaces'));
    expect(lists?.Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } });
  });

  it('cloudMapAccess reaches the Regions of the clusters in this account, and only those', () => {
    const statements = access({}, { region: 'eu-west-1' }, { region: 'ap-south-1', roleArn: role });
    const registers = statements.find(({ Action }) => Action.includes('servicediscovery:RegisterInstance'));
    const arn = (region: string) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:${region}:\${AWS::AccountId}:service/*`,
    });
    expect(registers?.Resource).toEqual([arn(`\${AWS::Region}`), arn('eu-west-1')]);
    const lists = statements.find(({ Action }) => Action.includes('servicediscovery:ListNamespaces'));
    expect(lists?.Condition).toEqual({
      StringEquals: { 'aws:RequestedRegion': [{ 'Fn::Sub': `\${AWS::Region}` }, 'eu-west-1'] },
    });
  });

  it('cloudMapAccess tags what it creates for the clusters of the file, and with nothing else', () => {
    const tags = access({ region: 'eu-west-1' }, { region: 'eu-west-1' }, { roleArn: role }).filter(
      ({ Action }) => Action.includes('servicediscovery:TagResource'),
    );
    expect(tags.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['eks-mesh-sync/cluster'] },
        StringEqualsIfExists: { 'aws:RequestTag/eks-mesh-sync/cluster': ['cluster-0', 'cluster-1'] },
      },
    ]);
  });

  it('cloudMapAccess removes only services of this account that bear the tag of a cluster of the file', () => {
    const arn = 'arn:aws:servicediscovery:us-west-2:444455556666:namespace/ns-1';
    const statements = access({ region: 'eu-west-1', namespaces: [{ name: 'shared.local', arn }] });
    const removals = statements.filter(({ Action }) => Action.includes('servicediscovery:DeleteService'));
    expect(removals).toEqual([
      {
        ...{ Sid: 'RemovesServicesThatItMade', Effect: 'Allow', Action: ['servicediscovery:DeleteService'] },
        Resource: [
          {
            'Fn::Sub': `arn:\${AWS::Partition}:servicediscovery:eu-west-1:\${AWS::AccountId}:service/*`,
          },
        ],
        Condition: { StringEquals: { 'aws:ResourceTag/eks-mesh-sync/cluster': ['cluster-0'] } },
      },
    ]);
  });

  it('cloudMapAccess reaches namespaces that other accounts share, and their services', () => {
    const arn = 'arn:aws:servicediscovery:us-west-2:444455556666:namespace/ns-1';
    const statements = access({ namespaces: [{ name: 'shared.local', arn }] });
    const resourcesOf = (action: string) =>
      statements.find(({ Action }) => Action.includes(action))?.Resource;
    const services = 'arn:aws:servicediscovery:us-west-2:444455556666:service/*';
    expect(resourcesOf('servicediscovery:RegisterInstance')).toContain(services);
    expect(resourcesOf('servicediscovery:CreateService')).toEqual(expect.arrayContaining([arn, services]));
    expect(resourcesOf('servicediscovery:GetNamespace')).toContain(arn);
  });

  it.each([
    ['http', { kind: 'http' }, ['servicediscovery:CreateHttpNamespace']],
    [
      'private-dns',
      { kind: 'private-dns', vpc: 'vpc-1' },
      [
        'servicediscovery:CreatePrivateDnsNamespace',
        'ec2:DescribeVpcs',
        'ec2:DescribeRegions',
        'route53:CreateHostedZone',
      ],
    ],
  ])('cloudMapAccess creates %s namespaces only where a cluster asks for one', (_, create, expected) => {
    const without = actions(access({ namespaces: [{ name: 'a' }] }));
    const added = actions(access({ namespaces: [{ name: 'a', create }] })).filter(
      (action) => !without.includes(action),
    );
    expect(added).toEqual(expected);
  });
});

describe('cloudMapReading', () => {
  const reading = (...cloudMaps: object[]) => {
    const clusters = cloudMaps.map((cloudMap, index) => ({ name: `cluster-${index}`, cloudMap }));
    return cloudMapReading(clustersFile.parse({ clusters }));
  };

  it('cloudMapReading changes nothing, whatever the clusters ask for', () => {
    const create = { kind: 'private-dns', vpc: 'vpc-1' };
    const all = actions(reading({ roleArn: role }, { namespaces: [{ name: 'a', create }] }));
    expect(all.filter((action) => !/:(Get|List|Discover|AssumeRole)/.test(action))).toEqual([]);
    expect(all).toContain('sts:AssumeRole');
  });

  it('cloudMapReading lets in no more than the roles named, where every cluster names one', () => {
    expect(actions(reading({ roleArn: role }))).toEqual(['sts:AssumeRole']);
  });

  it('cloudMapReading reaches the Regions of the clusters in this account, and only those', () => {
    const statements = reading({ region: 'eu-west-1' }, { region: 'ap-south-1', roleArn: role });
    expect(JSON.stringify(statements)).toContain('eu-west-1');
    expect(JSON.stringify(statements)).not.toContain('ap-south-1');
  });
});
