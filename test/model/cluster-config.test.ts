import { describe, expect, it } from 'vitest';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { describeFaults } from '../../shared/model/faults.ts';

function faults(cluster: unknown): readonly string[] {
  return faultsOf({ clusters: [cluster] });
}

function faultsOf(file: unknown): readonly string[] {
  const { error } = clustersFile.safeParse(file);
  return error === undefined ? [] : describeFaults(error).split('\n');
}

const cloudMap = (changes: object) => ({ name: 'production', cloudMap: changes });
const namespace = (create: unknown) => cloudMap({ namespaces: [{ name: 'shop.local', create }] });
const appMesh = (changes: object) => ({ name: 'production', appMesh: changes });
const tenancy = (changes: object) => ({
  name: 'production',
  tenancy: [{ kubernetesNamespaces: ['shop'], cloudMapNamespaces: ['*'], ...changes }],
});

describe('clusters.yml', () => {
  it('clusters.yml needs no more than a name', () => {
    expect(clustersFile.parse({ clusters: [{ name: 'production' }] }).clusters).toEqual([
      {
        name: 'production',
        cloudMap: {
          formerly: [],
          instanceId: 'pod-ip',
          ipFamily: 'ipv4',
          namespaces: [],
          services: { ttlSeconds: 300, healthCheck: 'custom', adopt: [] },
          quotas: { instancesPerService: 1000 },
        },
        sweep: { everyMinutes: 5 },
      },
    ]);
  });

  it('clusters.yml takes all that can be said', () => {
    const said = {
      name: 'Production_1-x',
      cloudMap: {
        region: 'us-gov-west-1',
        roleArn: 'arn:aws-us-gov:iam::111122223333:role/path/cloud-map',
        formerly: [{ region: 'us-gov-east-1' }, {}],
        instanceId: 'pod-uid',
        ipFamily: 'dual',
        namespaces: [
          { name: 'internal-*', create: { kind: 'http' } },
          { name: 'shop.local', create: { kind: 'private-dns', vpc: 'vpc-0123456789abcdef0' } },
          { name: 'one.local', id: 'ns-abcdefghijklmnop' },
          {
            name: 'shared.local',
            arn: 'arn:aws-us-gov:servicediscovery:us-gov-west-1:444455556666:namespace/ns-abcdefghijklmnop',
          },
          { name: '*.pvt', vpc: 'vpc-1', create: { kind: 'private-dns', vpc: 'vpc-1' } },
          { name: '*' },
        ],
        services: { ttlSeconds: 0, healthCheck: 'none', adopt: ['shop.local/front', 'legacy.*'] },
        quotas: { instancesPerService: 10 },
      },
      appMesh: {
        region: 'us-gov-west-1',
        roleArn: 'arn:aws-us-gov:iam::111122223333:role/app-mesh',
        endpoint: 'https://appmesh.example.com:8443/v1',
        adopt: 'none',
        quotas: {
          meshes: 1,
          virtualNodes: 2,
          virtualRouters: 3,
          virtualServices: 4,
          virtualGateways: 5,
          routesPerRouter: 6,
          gatewayRoutesPerGateway: 7,
          backendsPerNode: 8,
          weightedTargets: 9,
        },
        verifyEveryMinutes: 1440,
      },
      kubernetes: { region: 'us-gov-east-1', roleArn: 'arn:aws-us-gov:iam::111122223333:role/eks' },
      sweep: { everyMinutes: 1440 },
      tenancy: [{ kubernetesNamespaces: ['a-*'], cloudMapNamespaces: ['*'], services: ['orders'] }],
    };
    expect(clustersFile.parse({ clusters: [said] }).clusters).toEqual([said]);
  });

  it("clusters.yml has an App Mesh target only where it says so, with AWS's quotas", () => {
    expect(clustersFile.parse({ clusters: [appMesh({})] }).clusters[0]?.appMesh).toEqual({
      adopt: 'old-controller',
      quotas: {
        meshes: 15,
        virtualNodes: 200,
        virtualRouters: 200,
        virtualServices: 200,
        virtualGateways: 3,
        routesPerRouter: 50,
        gatewayRoutesPerGateway: 10,
        backendsPerNode: 50,
        weightedTargets: 10,
      },
      verifyEveryMinutes: 60,
    });
    const { quotas } =
      clustersFile.parse({ clusters: [appMesh({ quotas: { meshes: 50 } })] }).clusters[0]?.appMesh ?? {};
    expect(quotas).toMatchObject({ meshes: 50, virtualNodes: 200 });
  });

  it.each(['https://appmesh.example.com', 'http://127.0.0.1:4566', 'http://localhost:1', 'http://[::1]:1'])(
    'App Mesh may be at %s',
    (endpoint) => {
      expect(faults(appMesh({ endpoint }))).toEqual([]);
    },
  );

  it('a tenancy rule is about every service where it names none', () => {
    expect(clustersFile.parse({ clusters: [tenancy({})] }).clusters[0]?.tenancy?.[0]?.services).toEqual([
      '*',
    ]);
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    [{}, 'clusters[0].name: Invalid input: expected string, received undefined'],
    [{ name: '' }, 'clusters[0].name: expected an EKS cluster name: up to 100 letters, digits, - and _'],
    [{ name: '-a' }, 'clusters[0].name: expected an EKS cluster name'],
    [{ name: 'a.b' }, 'clusters[0].name: expected an EKS cluster name'],
    [{ name: 'a'.repeat(101) }, 'clusters[0].name: expected an EKS cluster name'],
    [{ name: 'a', colour: 'red' }, 'clusters[0]: Unrecognized key: "colour"'],
    [cloudMap({ instanceID: 'pod-ip' }), 'clusters[0].cloudMap: Unrecognized key: "instanceID"'],
    [
      cloudMap({ instanceId: 'ip' }),
      'clusters[0].cloudMap.instanceId: Invalid option: expected one of "pod-ip"|"pod-uid"',
    ],
    [
      cloudMap({ ipFamily: 'v4' }),
      'clusters[0].cloudMap.ipFamily: Invalid option: expected one of "ipv4"|"ipv6"|"dual"',
    ],
    [cloudMap({ region: 'Oregon' }), 'clusters[0].cloudMap.region: expected a Region, such as eu-west-1'],
    [cloudMap({ region: 'us-west-2a' }), 'clusters[0].cloudMap.region: expected a Region'],
    [cloudMap({ roleArn: 'role/x' }), 'clusters[0].cloudMap.roleArn: expected the ARN of an IAM role'],
    [
      cloudMap({ roleArn: 'arn:aws:iam::111122223333:user/x' }),
      'clusters[0].cloudMap.roleArn: expected the ARN',
    ],
    [
      cloudMap({ services: { ttlSeconds: -1 } }),
      'clusters[0].cloudMap.services.ttlSeconds: Too small: expected number to be >=0',
    ],
    [
      cloudMap({ services: { ttlSeconds: 1.5 } }),
      'clusters[0].cloudMap.services.ttlSeconds: Invalid input: expected int',
    ],
    [cloudMap({ services: { ttlSeconds: 2147483648 } }), 'clusters[0].cloudMap.services.ttlSeconds: Too big'],
    [
      cloudMap({ services: { healthCheck: 'http' } }),
      'clusters[0].cloudMap.services.healthCheck: Invalid option: expected one of "custom"|"none"',
    ],
    [cloudMap({ services: { ttl: 5 } }), 'clusters[0].cloudMap.services: Unrecognized key: "ttl"'],
    [
      cloudMap({ namespaces: [{}] }),
      'clusters[0].cloudMap.namespaces[0].name: Invalid input: expected string',
    ],
    [
      cloudMap({ namespaces: [{ name: 'a b' }] }),
      'clusters[0].cloudMap.namespaces[0].name: expected a name, in which * stands for any characters',
    ],
    [
      cloudMap({ namespaces: [{ name: 'a', kind: 'http' }] }),
      'clusters[0].cloudMap.namespaces[0]: Unrecognized key: "kind"',
    ],
    [
      namespace({ kind: 'public-dns' }),
      "clusters[0].cloudMap.namespaces[0].create.kind: Invalid discriminator value. Expected 'http' | 'private-dns'",
    ],
    [
      namespace({ kind: 'private-dns' }),
      'clusters[0].cloudMap.namespaces[0].create.vpc: Invalid input: expected string',
    ],
    [
      namespace({ kind: 'private-dns', vpc: 'main' }),
      'clusters[0].cloudMap.namespaces[0].create.vpc: expected a VPC id, such as vpc-0123456789abcdef0',
    ],
    [
      namespace({ kind: 'http', vpc: 'vpc-1' }),
      'clusters[0].cloudMap.namespaces[0].create: Unrecognized key: "vpc"',
    ],
    [appMesh({ adopted: 'none' }), 'clusters[0].appMesh: Unrecognized key: "adopted"'],
    [
      appMesh({ adopt: 'all' }),
      'clusters[0].appMesh.adopt: Invalid option: expected one of "old-controller"|"untagged"|"none"',
    ],
    [appMesh({ region: 'Oregon' }), 'clusters[0].appMesh.region: expected a Region'],
    [appMesh({ roleArn: 'admin' }), 'clusters[0].appMesh.roleArn: expected the ARN of an IAM role'],
    ...['http://appmesh.example.com', 'http://127.0.0.1.example.com', 'ftp://127.0.0.1', 'appmesh', ''].map(
      (endpoint) =>
        [
          appMesh({ endpoint }),
          'clusters[0].appMesh.endpoint: expected a URL such as https://appmesh.example.com; http only for',
        ] as const,
    ),
    [appMesh({ quotas: { nodes: 5 } }), 'clusters[0].appMesh.quotas: Unrecognized key: "nodes"'],
    [appMesh({ quotas: { meshes: 0 } }), 'clusters[0].appMesh.quotas.meshes: Too small'],
    [appMesh({ quotas: { virtualNodes: 1.5 } }), 'clusters[0].appMesh.quotas.virtualNodes: Invalid input'],
    [appMesh({ verifyEveryMinutes: 0 }), 'clusters[0].appMesh.verifyEveryMinutes: Too small'],
    [appMesh({ verifyEveryMinutes: 1441 }), 'clusters[0].appMesh.verifyEveryMinutes: Too big'],
    [
      tenancy({ kubernetesNamespaces: [] }),
      'clusters[0].tenancy[0].kubernetesNamespaces: Too small: expected array to have >=1 items',
    ],
    [
      tenancy({ kubernetesNamespaces: [''] }),
      'clusters[0].tenancy[0].kubernetesNamespaces[0]: Too small: expected string to have >=1 characters',
    ],
    [
      tenancy({ cloudMapNamespaces: undefined }),
      'clusters[0].tenancy[0].cloudMapNamespaces: Invalid input: expected array',
    ],
    [tenancy({ services: [] }), 'clusters[0].tenancy[0].services: Too small'],
    [
      { name: 'a', tenancy: [] },
      'clusters[0].tenancy: expected at least one rule; found none, which would refuse every pod. Without tenancy',
    ],
    [tenancy({ service: ['a'] }), 'clusters[0].tenancy[0]: Unrecognized key: "service"'],
  ];
  it.each(wrong)('%j is wrong', (cluster, expected) => {
    expect(faults(cluster)).toContainEqual(expect.stringContaining(expected));
  });

  it.each([
    [undefined, '(the whole): Invalid input: expected object, received undefined'],
    [[], '(the whole): Invalid input: expected object, received array'],
    [{}, 'clusters: Invalid input: expected array, received undefined'],
    [{ clusters: [] }, 'clusters: Too small: expected array to have >=1 items'],
    [{ clusters: [{ name: 'a' }], cluster: [] }, '(the whole): Unrecognized key: "cluster"'],
    [
      { clusters: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
      'clusters[2].name: the name "a" is already used by an earlier entry; each cluster name must be unique',
    ],
  ])('%j is no such file', (file, expected) => {
    expect(faultsOf(file)).toEqual([expected]);
  });

  it('clusters.yml reports every fault, a line each', () => {
    expect(faultsOf({ clusters: [{ name: '' }, { name: 'b', cloudMap: { ipFamily: 4 } }] })).toEqual([
      expect.stringMatching(/^clusters\[0\]\.name: /),
      expect.stringMatching(/^clusters\[1\]\.cloudMap\.ipFamily: /),
    ]);
  });

  const arn = 'arn:aws:servicediscovery:us-west-2:444455556666:namespace/ns-1';
  it.each([
    [{ id: 'srv-1' }, 'id: expected the id of a Cloud Map namespace, such as ns-abcdefghijklmnop'],
    [{ arn: 'ns-1' }, 'arn: expected the ARN of a Cloud Map namespace'],
    [{ id: 'ns-1', vpc: 'vpc-1' }, 'vpc: does not go with id; expected one of id, arn and vpc'],
    [
      { name: 'shop.*', id: 'ns-1' },
      'id: does not go with * in the name; expected the name of the one namespace',
    ],
    [{ name: '*', arn }, 'arn: does not go with * in the name; expected the name of the one namespace'],
    [{ arn, create: { kind: 'http' } }, 'create: does not go with arn, which names a namespace that exists'],
    [
      { vpc: 'vpc-1', create: { kind: 'private-dns', vpc: 'vpc-2' } },
      'create: expected kind private-dns in vpc-1, the VPC of the entry',
    ],
    [
      { vpc: 'vpc-1', create: { kind: 'http' } },
      'create: expected kind private-dns in vpc-1, the VPC of the entry',
    ],
  ])('one namespace of several is chosen in one way: %j', (entry, fault) => {
    const cluster = cloudMap({ namespaces: [{ name: 'shop.local', ...entry }] });
    expect(faults(cluster)).toEqual([`clusters[0].cloudMap.namespaces[0].${fault}`]);
  });

  it('clusters.yml quotes no more of a fault than a person reads, since it is stored with its object', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => [`key${index}`, '']);
    const [fault] = faultsOf({ clusters: [{ name: 'a', ...Object.fromEntries(keys) }] });
    expect(fault).toMatch(/^clusters\[0\]: Unrecognized keys: "key0", .*…$/);
    expect(fault?.length).toBeLessThan(600);
  });
});
