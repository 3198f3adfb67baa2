import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const readme = read('relay/chart/README.md');
const [podIdentity, serviceAccounts] = [...readme.matchAll(/^```json\n([^`]*)^```/gm)].map(([, text = '']) =>
  JSON.parse(text),
);

/** Of an IAM policy, what a trust policy may have. */
const elements = ['Sid', 'Effect', 'Principal', 'Action', 'Condition'];
const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:AssumeRoleWithWebIdentity'];

describe('the trust policies in the README of the chart', () => {
  it.each([
    ['EKS Pod Identity', podIdentity],
    ['service accounts', serviceAccounts],
  ])('the trust policy for %s is an IAM policy', (_, policy) => {
    expect(Object.keys(policy)).toEqual(['Version', 'Statement']);
    expect(policy.Version).toBe('2012-10-17');
    for (const statement of policy.Statement) {
      for (const element of Object.keys(statement)) expect(elements).toContain(element);
      expect(statement.Effect).toBe('Allow');
      for (const action of [statement.Action].flat()) expect(actions).toContain(action);
      expect(Object.keys(statement.Condition)).toEqual(['StringEquals']);
    }
  });

  it('the trust policy for EKS Pod Identity is that of the role in the stack', () => {
    const { RelayRole } = parse(read('deploy/relay-role.yml'), {
      customTags: [tag('!Ref'), tag('!GetAtt')],
    }).Resources;
    const { AssumeRolePolicyDocument: trusted } = RelayRole.Properties;
    const account = trusted.Statement[0].Condition.StringEquals['aws:SourceAccount'];
    expect(account).toBe('!Ref AWS::AccountId');
    expect(JSON.parse(JSON.stringify(trusted).replace(account, '123456789012'))).toEqual({
      ...podIdentity,
      Statement: [{ ...podIdentity.Statement[0], Principal: { Service: 'pods.eks.amazonaws.com' } }],
    });
  });

  it('the trust policy for service accounts names one provider, and the service account that the commands install', () => {
    const [{ Principal, Condition, Action }] = serviceAccounts.Statement;
    expect(Action).toBe('sts:AssumeRoleWithWebIdentity');
    const [, provider] = /^arn:aws:iam::\d{12}:oidc-provider\/(.+)$/.exec(Principal.Federated) ?? [];
    const [, release, namespace] = /helm install (\S+) \S+ --namespace (\S+)/.exec(readme) ?? [];
    expect(Condition.StringEquals).toEqual({
      [`${provider}:aud`]: 'sts.amazonaws.com',
      [`${provider}:sub`]: `system:serviceaccount:${namespace}:${release}`,
    });
    expect(readme).toContain(`--namespace ${namespace} \\\n  --service-account ${release} --role-arn`);
  });
});

function tag(name: string) {
  return { tag: name, resolve: (text: string) => `${name} ${text}` };
}
