import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readClusters, readReaderEnvironment } from '../../../shared/lambda/compose/environment.ts';
import { targetOf } from '../../../shared/model/target.ts';

const account = '111122223333';
const roleArn = `arn:aws:iam::${account}:role/cloud-map`;
const clusters = [
  { name: 'usual' },
  { name: 'written', cloudMap: { region: 'us-west-2' } },
  { name: 'by-role', cloudMap: { region: 'us-west-2', roleArn } },
  { name: 'abroad', cloudMap: { region: 'eu-west-1', roleArn } },
  { name: 'other', cloudMap: { roleArn: 'arn:aws:iam::444455556666:role/cloud-map' } },
];

it('the account and Region of the functions are "own" in each cluster, however clusters.yml writes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clusters-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'clusters.json'), JSON.stringify({ clusters }));
  const read = readClusters(
    readReaderEnvironment({
      ...{ TABLE_NAME: 'state', LAMBDA_TASK_ROOT: folder },
      ...{ ACCOUNT_ID: account, AWS_REGION: 'us-west-2' },
    }),
  );
  expect([...read.values()].map((cluster) => [cluster.name, cluster.own, targetOf(cluster)])).toEqual([
    ['usual', { account, region: 'us-west-2' }, 'own/own'],
    ['written', { account, region: 'us-west-2' }, 'own/own'],
    ['by-role', { account, region: 'us-west-2' }, 'own/own'],
    ['abroad', { account, region: 'us-west-2' }, 'own/eu-west-1'],
    ['other', { account, region: 'us-west-2' }, '444455556666/own'],
  ]);
});
