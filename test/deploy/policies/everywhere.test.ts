import { describe, expect, it } from 'vitest';
import { vpcAccess } from '../../../deploy/options/vpc.ts';
import { appMeshAccess } from '../../../deploy/policies/app-mesh-access.ts';
import { cloudMapAccess, cloudMapReading } from '../../../deploy/policies/cloud-map-access.ts';
import { clusterAccess } from '../../../deploy/policies/cluster-access.ts';
import { envoyAccess } from '../../../deploy/policies/envoy-access.ts';
import { serviceEntriesAccess } from '../../../deploy/policies/service-entries-access.ts';
import { tracingAccess } from '../../../deploy/policies/tracing-access.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

/** A file in which every policy has all of its statements. */
const file = clustersFile.parse({
  clusters: [
    {
      name: 'production',
      ...{
        mesh: ['app-mesh', 'envoy'],
        appMesh: { region: 'us-west-2' },
        serviceEntries: {},
        kubernetes: {},
      },
      cloudMap: {
        namespaces: [
          { name: 'internal', create: { kind: 'http' } },
          { name: 'pvt.local', create: { kind: 'private-dns', vpc: 'vpc-12345678' } },
        ],
      },
    },
  ],
});

const notNamed = 'the action has no resource-level permissions';
const notThere = 'what does not exist yet has no ARN';

/** Each statement for every resource: why it names none, and the keys of its conditions. */
const reasons: Readonly<Record<string, readonly [why: string, ...keys: string[]]>> = {
  'cloudMap FindsNamespacesAndOperations': [notNamed, 'aws:RequestedRegion'],
  'cloudMap ReadsTags': [notNamed, 'aws:RequestedRegion'],
  'cloudMap TagsWhatItCreates': [
    ...([notNamed, 'aws:RequestTag/eks-mesh-sync/cluster', 'aws:RequestedRegion', 'aws:TagKeys'] as const),
  ],
  'cloudMap FindsHostedZones': [`${notNamed}; Route 53 is a global service`],
  'cloudMap CreatesHttpNamespaces': [notThere, 'aws:RequestedRegion'],
  'cloudMap CreatesPrivateDnsNamespaces': [notThere, 'aws:RequestedRegion'],
  'cloudMap CreatesTheirHostedZones': [`${notThere}; only of these VPCs`, 'route53:VPCs'],
  'cloudMapReading FindsNamespacesServicesAndOperations': [notNamed, 'aws:RequestedRegion'],
  'serviceEntries FindsNamespacesServicesAndTags': [notNamed, 'aws:RequestedRegion'],
  'appMesh FindsMeshes': [notNamed, 'aws:RequestedRegion'],
  'tracing SendsTraces': [notNamed],
  'vpc ConnectsToTheVpc': [
    "Lambda asks for all of them; the next statement denies them to the function's code",
  ],
  'vpc KeepsTheCodeFromInterfaces': ['it denies', 'lambda:SourceFunctionArn'],
};

describe('statements for every resource', () => {
  it('are those that have a reason, narrowed by the conditions that AWS knows', () => {
    const policies = {
      ...{ cloudMap: cloudMapAccess(file), cloudMapReading: cloudMapReading(file) },
      ...{ cluster: clusterAccess(file), appMesh: appMeshAccess(file), envoy: envoyAccess(file) },
      ...{ serviceEntries: serviceEntriesAccess(file), tracing: tracingAccess(), vpc: vpcAccess() },
    };
    for (const statements of Object.values(policies)) expect(statements.length).toBeGreaterThan(0);
    const found = Object.entries(policies).flatMap(([policy, statements]) =>
      statements
        .filter(({ Resource }) => [Resource].flat().includes('*'))
        .map(({ Sid, Condition = {} }) => [
          `${policy} ${Sid}`,
          Object.values(Condition)
            .flatMap(Object.keys)
            .filter((key, index, all) => all.indexOf(key) === index)
            .sort(),
        ]),
    );
    const expected = Object.entries(reasons).map(([name, [, ...keys]]) => [name, keys]);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });
});
