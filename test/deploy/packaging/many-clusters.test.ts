import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { limitFaults, limits } from '../../../deploy/deployment-limits.ts';
import { policySize } from '../../../deploy/policies/policy-size.ts';
import { readClusters } from '../../../deploy/read-clusters.ts';
import { packageTemplate, resourcesOf, type Template } from './template.ts';

const folder = mkdtempSync(join(tmpdir(), 'many-clusters-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Cluster = Record<string, unknown> & { readonly name: string };

/** Each cluster of clusters.example.yml again and again, with names, namespaces, roles and VPCs of its own. */
function manyClusters(count: number): string {
  const { clusters } = readClusters('clusters.example.yml');
  const many = Array.from({ length: count }, (_, index): Cluster => {
    const text = JSON.stringify(clusters[index % clusters.length])
      .replaceAll('role/eks-mesh-sync', `role/team-${index}-eks-mesh-sync`)
      .replaceAll('vpc-0123456789abcdef0', `vpc-${index.toString(16).padStart(17, '0')}`)
      .replaceAll(/(pvt\.aws\.local|internal-)/g, `team-${index}.$1`);
    const cluster = { ...JSON.parse(text), name: `${clusters[index % clusters.length]?.name}-${index}` };
    cluster.cloudMap.namespaces.push({ name: `team-${index}.local` });
    return cluster;
  });
  const path = join(folder, `clusters-${count}.yml`);
  writeFileSync(path, stringify({ clusters: many }));
  return path;
}

describe('a deployment for 200 clusters', () => {
  let template: Template;
  beforeAll(() => {
    template = packageTemplate('production', manyClusters(200));
  }, 120_000);

  it('a deployment for 200 clusters is within every limit', () => {
    expect(limitFaults(template)).toEqual([]);
  });

  it('a deployment for 200 clusters has all clusters in it', () => {
    const text = JSON.stringify(template);
    for (const part of ['cluster/development-198', 'production-199', 'role/team-197-eks-mesh-sync-cloud-map'])
      expect(text).toContain(part);
    expect(text).toContain('*.howto-k8s-cloudmap.team-199.pvt.aws.local');
  });

  it('a deployment for 200 clusters gives each role every policy that is made for it', () => {
    const attached = (role: string) => {
      const arns = new Map(resourcesOf(template, 'AWS::IAM::Role')).get(role)?.Properties.ManagedPolicyArns;
      return arns?.map(({ Ref }) => Ref.replace(/\d+$/, ''));
    };
    const made = resourcesOf(template, 'AWS::IAM::ManagedPolicy').map(([id]) => id.replace(/\d+$/, ''));
    const of = (...kinds: string[]) => made.filter((id) => kinds.includes(id)).sort();
    expect(made.length).toBeGreaterThan(8);
    expect(attached('SyncPodsRole')?.sort()).toEqual(of('CloudMapAccess', 'ClusterReading'));
    expect(attached('ReconcileMeshRole')?.sort()).toEqual(of('AppMeshAccess', 'ClusterReading'));
    expect(attached('SweepRole')?.sort()).toEqual(of('CloudMapReading', 'ClusterReading'));
    expect(attached('ExplainRole')?.sort()).toEqual(of('CloudMapReading', 'ServiceEntriesAccess'));
  });
});

describe('a deployment for more clusters than AWS lets it serve', () => {
  it('a deployment for more clusters than AWS lets it serve is not packaged, and the limit is named', () => {
    expect(() => packageTemplate('production', manyClusters(500))).toThrow(
      /managed policies of the role SyncPodsRole: \d+, and AWS allows 10/,
    );
  }, 120_000);
});

describe('limitFaults', () => {
  const faultsOf = (Resources: Parameters<typeof limitFaults>[0]['Resources'], more: object = {}) =>
    limitFaults({ Resources, ...more });
  const statement = (size: number) => ({ PolicyDocument: { Statement: ['x'.repeat(size)] } });
  const role = (Properties: object) => ({ Role: { Type: 'AWS::IAM::Role', Properties } });
  const many = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

  it('limitFaults counts characters without white space', () => {
    expect(policySize(statement(5).PolicyDocument)).toBe('{"Statement":["xxxxx"]}'.length);
  });

  it.each([
    ['policy', { P: { Type: 'AWS::IAM::ManagedPolicy', Properties: statement(limits.managedPolicySize) } }],
    ['managed policies', role({ ManagedPolicyArns: many(11, 'arn') })],
    ['inline policies', role({ Policies: many(2, statement(limits.inlinePoliciesOfRoleSize / 2)) })],
    ['trust policy', role({ AssumeRolePolicyDocument: 'x'.repeat(limits.trustPolicySize) })],
    [
      'rules',
      Object.fromEntries(
        many(301, 0).map((_, index) => [
          `R${index}`,
          { Type: 'AWS::Events::Rule', Properties: { Targets: [] } },
        ]),
      ),
    ],
    ['targets', { R: { Type: 'AWS::Events::Rule', Properties: { Targets: many(6, {}) } } }],
    ['resources', Object.fromEntries(many(501, 0).map((_, index) => [`R${index}`, { Type: 'T' }]))],
    ['template', { R: { Type: 'x'.repeat(limits.templateBytes) } }],
  ])('limitFaults finds the limit of %s', (what, resources) => {
    expect(faultsOf(resources)).toEqual([
      expect.stringMatching(new RegExp(`${what}.*: \\d+, and AWS allows \\d+$`)),
    ]);
  });

  it.each(['Outputs', 'Parameters'])('limitFaults finds the limit of %s', (section) => {
    const entries = Object.fromEntries(many(201, 0).map((_, index) => [`E${index}`, {}]));
    expect(faultsOf({}, { [section]: entries })).toEqual([
      `${section.toLowerCase()} of the stack: 201, and AWS allows 200`,
    ]);
  });
});
