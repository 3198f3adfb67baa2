import { describe, expect, it } from 'vitest';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { describeFaults } from '../../../shared/model/faults.ts';

function faults(cluster: unknown): readonly string[] {
  const { error } = clustersFile.safeParse({ clusters: [cluster] });
  return error === undefined ? [] : describeFaults(error).split('\n');
}

describe('the access entries of a cluster', () => {
  const role = 'arn:aws:iam::111122223333:role/reader';
  const advice = 'remove accessEntries and create them there';

  it.each<[string, object, readonly string[]]>([
    ['in its own account and Region', {}, []],
    [
      'in another Region',
      { region: 'eu-west-1' },
      [
        `clusters[0].kubernetes.accessEntries: the deployment cannot create access entries in another Region; ${advice}`,
      ],
    ],
    [
      'under another role',
      { region: 'eu-west-1', roleArn: role },
      [
        'clusters[0].kubernetes.accessEntries: the deployment cannot create access entries in another account, ' +
          `or under another role; ${advice}`,
      ],
    ],
    [
      'under another role of the same Region',
      { roleArn: role },
      [
        'clusters[0].kubernetes.accessEntries: the deployment cannot create access entries in another account, ' +
          `or under another role; ${advice}`,
      ],
    ],
  ])('can be created %s: %j', (_where, place, expected) => {
    const kubernetes = (accessEntries: boolean) => ({
      name: 'production',
      kubernetes: { ...place, accessEntries },
    });
    expect(faults(kubernetes(true))).toEqual(expected);
    expect(faults(kubernetes(false))).toEqual([]);
  });
});
