import { describe, expect, it } from 'vitest';
import { contextIn, splitContextOptions } from '../../explain/kubectl-context.ts';

const context = (cluster: string, more: object = {}, namespace?: string) => ({
  contexts: [{ context: { ...(namespace && { namespace }) } }],
  clusters: [{ name: cluster }],
  users: [{ user: more }],
});

describe('the current context of kubectl', () => {
  it.each<[string, object, object]>([
    [
      'as aws eks update-kubeconfig writes it',
      context('arn:aws:eks:eu-west-1:123456789012:cluster/west', {
        exec: { args: ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'west'] },
      }),
      { namespace: 'default', cluster: 'west', region: 'eu-west-1' },
    ],
    [
      'as eksctl writes it',
      context('west.eu-west-1.eksctl.io', {}, 'shop'),
      { namespace: 'shop', cluster: 'west', region: 'eu-west-1' },
    ],
    [
      'of a cluster in China with an alias, and aws-iam-authenticator',
      context('arn:aws-cn:eks:cn-north-1:123456789012:cluster/west', {
        exec: { args: ['token', '-i', 'west'], env: [{ name: 'AWS_PROFILE', value: 'x' }] },
      }),
      { namespace: 'default', cluster: 'west', region: 'cn-north-1' },
    ],
    [
      'whose entry has another name than the cluster',
      context('mine', { exec: { args: ['eks', 'get-token', '--cluster-name=west', '--region=eu-west-1'] } }),
      { namespace: 'default', cluster: 'west', region: 'eu-west-1' },
    ],
    ['of another provider', context('kind-west'), { namespace: 'default', cluster: 'kind-west' }],
    ['that is not there', { contexts: null, clusters: null, users: null }, { namespace: 'default' }],
  ])('is read %s', (_, view, expected) => {
    expect(contextIn(view)).toEqual(expected);
  });

  it('is chosen by the options of kubectl', () => {
    const args = ['pod/a', '--context', 'west', '-n', 'shop', '--kubeconfig=/k'];
    expect(splitContextOptions(args)).toEqual({
      own: ['pod/a', '-n', 'shop'],
      forKubectl: ['--context=west', '--kubeconfig=/k'],
    });
  });
});
