import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readClusters } from '../../deploy/read-clusters.ts';

const folder = mkdtempSync(join(tmpdir(), 'clusters-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'clusters.yml');
  writeFileSync(path, text);
  return readClusters(path);
}

describe('clusters.example.yml', () => {
  const { clusters } = readClusters('clusters.example.yml');

  it('clusters.example.yml describes three clusters', () => {
    expect(clusters.map(({ name }) => name)).toEqual(['development', 'production', 'shared-services']);
  });

  it('clusters.example.yml shows the defaults as they are', () => {
    const [development, production] = clusters;
    const { instanceId, ipFamily, services } = production?.cloudMap ?? {};
    expect({ instanceId, ipFamily, services }).toEqual({
      instanceId: development?.cloudMap.instanceId,
      ipFamily: development?.cloudMap.ipFamily,
      services: development?.cloudMap.services,
    });
    const { region: _, ...appMesh } = production?.appMesh ?? {};
    expect(appMesh).toEqual(read('clusters: [{ name: a, appMesh: {} }]').clusters[0]?.appMesh);
  });
});

describe('sweep', () => {
  it('sweep runs every five minutes, or as often as the file says, from a minute to a day', () => {
    const minutesOf = (cluster: string) =>
      read(`clusters: [{ name: a${cluster} }]`).clusters[0]?.sweep.everyMinutes;
    expect(minutesOf('')).toBe(5);
    expect(minutesOf(', sweep: {}')).toBe(5);
    expect(minutesOf(', sweep: { everyMinutes: 1 }')).toBe(1);
    expect(minutesOf(', sweep: { everyMinutes: 1440 }')).toBe(1440);
  });
});

describe('a fault in the clusters file', () => {
  it.each([
    ['a misspelt key', 'clusters: [{ name: a, cloudmap: {} }]', /clusters\[0\]\.cloudmap: unknown field/],
    [
      'a misspelt key, deep',
      'clusters: [{ name: a, cloudMap: { services: { ttl: 5 } } }]',
      /clusters\[0\]\.cloudMap\.services\.ttl: unknown field/,
    ],
    [
      'a wrong value',
      'clusters: [{ name: a, cloudMap: { instanceId: ip } }]',
      /clusters\[0\]\.cloudMap\.instanceId: expected one of pod-ip, pod-uid; found the text "ip"/,
    ],
    [
      'a public namespace',
      'clusters: [{ name: a, cloudMap: { namespaces: [{ name: x, create: { kind: public-dns } }] } }]',
      /\.namespaces\[0\]\.create\.kind: expected one of http, private-dns; found the text "public-dns"$/m,
    ],
    [
      'a namespace to create without its kind',
      'clusters: [{ name: a, cloudMap: { namespaces: [{ name: x, create: { vpc: vpc-1 } }] } }]',
      /\.namespaces\[0\]\.create\.kind: expected one of http, private-dns; found none$/m,
    ],
    [
      'tenancy without a rule',
      'clusters: [{ name: a, tenancy: [] }]',
      /clusters\[0\]\.tenancy: expected at least one rule; found none, which would refuse every pod/,
    ],
    [
      'a private namespace without its VPC',
      'clusters: [{ name: a, cloudMap: { namespaces: [{ name: x, create: { kind: private-dns } }] } }]',
      /clusters\[0\]\.cloudMap\.namespaces\[0\]\.create\.vpc: /,
    ],
    [
      'a role that is none',
      'clusters: [{ name: a, cloudMap: { roleArn: admin } }]',
      /clusters\[0\]\.cloudMap\.roleArn: expected the ARN of an IAM role/,
    ],
    [
      'a misspelt quota',
      'clusters: [{ name: a, appMesh: { quotas: { nodes: 300 } } }]',
      /clusters\[0\]\.appMesh\.quotas\.nodes: unknown field/,
    ],
    [
      'an endpoint that everybody could read along with',
      'clusters: [{ name: a, appMesh: { endpoint: http://appmesh.example.com } }]',
      /clusters\[0\]\.appMesh\.endpoint: expected a URL such as https/,
    ],
    [
      'a misspelt key of how the cluster is reached',
      'clusters: [{ name: a, kubernetes: { role: x } }]',
      /clusters\[0\]\.kubernetes\.role: unknown field/,
    ],
    [
      'a Region of the cluster that is none',
      'clusters: [{ name: a, kubernetes: { region: Oregon } }]',
      /clusters\[0\]\.kubernetes\.region: expected a Region/,
    ],
    [
      'a misspelt key of the sweep',
      'clusters: [{ name: a, sweep: { minutes: 5 } }]',
      /clusters\[0\]\.sweep\.minutes: unknown field/,
    ],
    [
      'a sweep more often than a minute',
      'clusters: [{ name: a, sweep: { everyMinutes: 0 } }]',
      /clusters\[0\]\.sweep\.everyMinutes: expected at least 1; found 0/,
    ],
    [
      'a sweep less often than a day',
      'clusters: [{ name: a, sweep: { everyMinutes: 1441 } }]',
      /clusters\[0\]\.sweep\.everyMinutes: expected at most 1440; found 1441/,
    ],
    [
      'a sweep every half minute',
      'clusters: [{ name: a, sweep: { everyMinutes: 1.5 } }]',
      /clusters\[0\]\.sweep\.everyMinutes: expected a whole number; found the number 1.5/,
    ],
    [
      'a sweep of no number',
      "clusters: [{ name: a, sweep: { everyMinutes: '5' } }]",
      /clusters\[0\]\.sweep\.everyMinutes: expected a number; found the text "5": write it without quotes/,
    ],
    [
      'a name used twice',
      'clusters: [{ name: a }, { name: b }, { name: a }]',
      /clusters\[2\]\.name: the name "a" is already used/,
    ],
    [
      'another case',
      'clusters: [{ name: a, cloudmap: {} }]',
      /clusters\[0\]\.cloudmap: unknown field; did you mean cloudMap\?/,
    ],
    ['a missing name', 'clusters: [{}]', /clusters\[0\]\.name: /],
    ['no cluster', 'clusters: []', /clusters: /],
    ['an empty file', '', /\(the whole\): /],
  ])('a fault in the clusters file names its path: %s', (_, text, path) => {
    expect(() => read(text)).toThrow(path);
    expect(() => read(text)).toThrow(/clusters\.yml does not describe clusters as expected:\n/);
  });

  it('a fault in the clusters file names its line, where the file is not YAML', () => {
    expect(() => read('clusters:\n  - name: a\n    name: b\n')).toThrow(/not valid YAML:\n.* at line 3/);
    const bomb = [...'bcdefghi'].map(
      (key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`)}]`,
    );
    expect(() => read(`a: &a [x, x]\n${bomb.join('\n')}`)).toThrow(
      /clusters\.yml is not valid YAML:\nExcessive alias count/,
    );
  });

  it('a fault in the clusters file says what to do, where the file is missing', () => {
    expect(() => readClusters('nowhere.yml')).toThrow(
      /nowhere\.yml cannot be read.*Copy clusters\.example\.yml to clusters\.yml/,
    );
  });
});
