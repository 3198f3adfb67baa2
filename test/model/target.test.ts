import { describe, expect, it } from 'vitest';
import { type ClusterConfig, clustersFile } from '../../shared/model/cluster-config.ts';
import {
  configAt,
  formerConfigs,
  isCurrentTarget,
  targetOf,
  targetText,
  unreachable,
} from '../../shared/model/target.ts';

const own = { account: '000000000000', region: 'us-west-2' };
const roleIn = (account: string) => `arn:aws:iam::${account}:role/mesh`;

function aCluster(cloudMap: object, place: ClusterConfig['own'] = own): ClusterConfig {
  const [cluster] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap }] }).clusters;
  if (cluster === undefined) throw new Error('there is one cluster');
  return { ...cluster, own: place };
}

describe('where a cluster registers', () => {
  it.each([
    [{}, 'own/own'],
    [{ region: 'us-west-2' }, 'own/own'],
    [{ roleArn: roleIn('000000000000') }, 'own/own'],
    [{ roleArn: roleIn('000000000000'), region: 'us-west-2' }, 'own/own'],
    [{ region: 'eu-west-1' }, 'own/eu-west-1'],
    [{ roleArn: roleIn('123456789012') }, '123456789012/own'],
    [{ roleArn: roleIn('123456789012'), region: 'us-west-2' }, '123456789012/own'],
  ])('%j is %s, however it is spelled', (cloudMap, target) => {
    expect(targetOf(aCluster(cloudMap))).toBe(target);
  });

  it('where a cluster registers is as spelled where the functions do not know their own place', () => {
    const cluster = aCluster({ region: 'us-west-2', roleArn: roleIn('000000000000') }, {});
    expect(targetOf(cluster)).toBe('000000000000/us-west-2');
  });

  it('where a cluster registers is recognised in the spellings of earlier versions', () => {
    for (const spelling of ['own/us-west-2', '000000000000/own', '000000000000/us-west-2'])
      expect(isCurrentTarget(aCluster({}), spelling)).toBe(true);
    expect(isCurrentTarget(aCluster({}), 'own/eu-west-1')).toBe(false);
  });
});

describe('a place where a cluster registered formerly', () => {
  const cluster = aCluster({
    region: 'eu-west-1',
    formerly: [{ region: 'us-west-2' }, { roleArn: roleIn('123456789012') }],
  });

  it('a place where a cluster registered formerly is reached as clusters.yml says, and only so', () => {
    expect(configAt(cluster, 'own/eu-west-1')).toBe(cluster);
    expect(configAt(cluster, 'own/own')?.cloudMap).toMatchObject({ region: 'us-west-2' });
    const other = configAt(cluster, '123456789012/us-west-2')?.cloudMap;
    expect(other).toMatchObject({ roleArn: roleIn('123456789012') });
    expect(other?.region).toBeUndefined();
    expect(configAt(cluster, '123456789012/eu-west-1')).toBeUndefined();
    expect(configAt(cluster, '210987654321/own')).toBeUndefined();
  });
});

it('a target that clusters.yml no longer names is unreachable', () => {
  expect(unreachable(aCluster({}), 'own/eu-west-1')).toBe(
    'it is in the account of the deployment and Region eu-west-1, where cluster "local" no longer registers; ' +
      'add its region and roleArn to cloudMap.formerly of the cluster in clusters.yml and deploy, until sweeps find nothing there',
  );
});

it('a former place of a cluster has none itself', () => {
  const [former] = formerConfigs(aCluster({ formerly: [{ region: 'eu-west-1' }] }));
  expect(former?.cloudMap).toMatchObject({ region: 'eu-west-1', formerly: [] });
  expect(formerConfigs(aCluster({}))).toEqual([]);
});

it('a place that is not named is as spelled if the functions do not know their own', () => {
  const { own: _, ...cluster } = aCluster({ region: 'us-west-2' });
  expect(targetOf(cluster)).toBe('own/us-west-2');
});

describe('the text of a target', () => {
  it.each([
    ['own/own', 'the account and Region of the deployment'],
    ['own/eu-west-1', 'the account of the deployment and Region eu-west-1'],
    ['123456789012/own', 'account 123456789012 and the Region of the deployment'],
    ['123456789012/eu-west-1', 'account 123456789012 and Region eu-west-1'],
  ])('of %s is %s', (target, text) => {
    expect(targetText(target)).toBe(text);
  });
});
