import { account } from './account.ts';
import type { AwsCall, AwsReply, AwsService } from './protocol.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const version = '2011-06-15';

/** STS in the AWS Query protocol: GetCallerIdentity, by POST or as the presigned GET of an EKS token. */
export const stsService: AwsService = {
  name: 'sts',
  accepts: ({ method, url, headers }) =>
    url.pathname === '/' &&
    (method === 'GET'
      ? url.searchParams.get('Version') === version
      : (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')),
  operationOf: (call) => (actionOf(call) === 'GetCallerIdentity' ? 'GetCallerIdentity' : undefined),
  async handle(_operation, { requestId }) {
    const result =
      `<Arn>arn:aws:sts::${account}:assumed-role/embedded/embedded</Arn>` +
      `<UserId>AROA000000000000LOCAL:embedded</UserId><Account>${account}</Account>`;
    return xml(
      200,
      `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>${result}</GetCallerIdentityResult>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    );
  },
  fail: (error, requestId) =>
    xml(
      error.status,
      `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${error.code}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    ),
};

function actionOf({ method, url, body }: AwsCall): string | null {
  const parameters = method === 'GET' ? url.searchParams : new URLSearchParams(body.toString('utf8'));
  return parameters.get('Action');
}

function xml(status: number, body: string): AwsReply {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
