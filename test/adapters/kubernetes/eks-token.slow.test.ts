import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { eksToken } from '../../../shared/adapters/kubernetes/eks-token.ts';

const at = Date.parse('2026-11-22T10:20:30Z');
const session = 'FwoGZXIvYXdzEBYaD+/=token==';

function tokenOf({ region = 'us-west-2', cluster = 'production', sessionToken = '' } = {}, now = () => at) {
  return eksToken(
    {
      cluster,
      region: async () => region,
      credentials: async () => ({
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
        ...(sessionToken && { sessionToken }),
      }),
    },
    now,
  );
}

/** The token as `aws eks get-token` makes it, with botocore's own signer, at the same second. */
const script = `
import base64, datetime, json, sys
import botocore.auth, botocore.awsrequest, botocore.credentials, botocore.session
given = json.loads(sys.argv[1])
fixed = datetime.datetime.fromtimestamp(given['at'] / 1000, datetime.timezone.utc).replace(tzinfo=None)
botocore.auth.get_current_datetime = lambda *args, **options: fixed
client = botocore.session.get_session().create_client('sts', region_name=given['region'],
    endpoint_url='https://sts.%s.amazonaws.com' % given['region'],
    aws_access_key_id='AKIDEXAMPLE', aws_secret_access_key='wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    aws_session_token=given['sessionToken'] or None)
def header(params, context, **_):
    context['cluster'] = params.pop('ClusterName')
def signed(request, **_):
    request.headers['x-k8s-aws-id'] = request.context['cluster']
client.meta.events.register('provide-client-params.sts.GetCallerIdentity', header)
client.meta.events.register('before-sign.sts.GetCallerIdentity', signed)
url = client.generate_presigned_url('get_caller_identity', Params={'ClusterName': given['cluster']}, ExpiresIn=60, HttpMethod='GET')
assert fixed.strftime('%Y%m%dT%H%M%SZ') in url, 'the clock of botocore could not be fixed'
print('k8s-aws-v1.' + base64.urlsafe_b64encode(url.encode()).decode().rstrip('='))
`;

const botocoreIsMissing = spawnSync('python3', ['-c', 'import botocore.auth']).status !== 0;
const skipped = botocoreIsMissing ? ' (skipped: python3 with botocore is not installed)' : '';

describe.skipIf(botocoreIsMissing)(`the token is botocore's${skipped}`, () => {
  it.each([
    ['with long-lived keys', {}],
    ["with a role's session", { sessionToken: session }],
    ['in another Region', { region: 'eu-central-1', cluster: 'a_B-9' }],
  ])('%s', async (_, options) => {
    const given = { at, region: 'us-west-2', cluster: 'production', sessionToken: '', ...options };
    const { stdout, stderr, status } = spawnSync('python3', ['-c', script, JSON.stringify(given)], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const decode = (token: string) => sorted(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(decode(await tokenOf(options)({ refresh: false }))).toBe(decode(stdout.trim()));
  });
});

/** The order of parameters says nothing: what is signed is sorted. */
function sorted(url: string): string {
  const [base, query = ''] = url.split('?');
  return `${base}?${query.split('&').sort().join('&')}`;
}

describe('a token', () => {
  it('a token is a presigned URL of the regional STS with the signed header, and nothing else', async () => {
    const token = await tokenOf()({ refresh: false });
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
    expect(url.origin + url.pathname).toBe('https://sts.us-west-2.amazonaws.com/');
    expect([...url.searchParams.keys()].sort()).toEqual([
      'Action',
      'Version',
      'X-Amz-Algorithm',
      'X-Amz-Credential',
      'X-Amz-Date',
      'X-Amz-Expires',
      'X-Amz-Signature',
      'X-Amz-SignedHeaders',
    ]);
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
  });

  it('a token in China is of the STS there', async () => {
    const token = await tokenOf({ region: 'cn-north-1' })({ refresh: false });
    const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString();
    expect(new URL(url).host).toBe('sts.cn-north-1.amazonaws.com.cn');
  });

  it('a token is kept for 14 minutes, and replaced then or when it was refused', async () => {
    let now = at;
    const token = tokenOf({}, () => now);
    const first = await token({ refresh: false });
    now += 14 * 60_000 - 1;
    expect(await token({ refresh: false })).toBe(first);
    const second = await token({ refresh: true });
    expect(second).not.toBe(first);
    now += 14 * 60_000 - 1;
    expect(await token({ refresh: false })).toBe(second);
    now += 1;
    expect(await token({ refresh: false })).not.toBe(second);
  });
});
