import { Sha256Node } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { TokenProvider } from './connection.ts';

/** The requesting identity, and the cluster. */
export interface EksIdentity {
  /** The EKS cluster's name. */
  readonly cluster: string;
  /** The cluster's Region, whose STS endpoint EKS calls. */
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<{
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  }>;
}

/** EKS accepts a token for 15 minutes, whatever X-Amz-Expires says; clients renew it a minute earlier. */
const freshMs = 14 * 60_000;

/**
 * Bearer tokens for an EKS API server: `k8s-aws-v1.` and a presigned GetCallerIdentity in base64url, which shows EKS
 * who signed it. The cluster's name is signed as well, so that no cluster can use its clients' tokens elsewhere.
 * Created without any call, kept for 14 minutes, and created again at once if the API server refused the last one.
 */
export function eksToken(identity: EksIdentity, now: () => number = Date.now): TokenProvider {
  let token = '';
  let madeAt = Number.NEGATIVE_INFINITY;
  return async ({ refresh }) => {
    if (!refresh && now() - madeAt < freshMs) return token;
    const at = now();
    token = `k8s-aws-v1.${Buffer.from(await presignedUrl(identity, new Date(at))).toString('base64url')}`;
    madeAt = at;
    return token;
  };
}

/** Exactly this query and this header: EKS refuses a URL with any other parameter. */
async function presignedUrl({ cluster, region, credentials }: EksIdentity, at: Date): Promise<string> {
  const signingRegion = await region();
  const hostname = `sts.${signingRegion}.${signingRegion.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const signer = new SignatureV4({
    service: 'sts',
    region: signingRegion,
    credentials: await credentials(),
    sha256: Sha256Node,
  });
  const { query } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
    },
    { expiresIn: 60, signingDate: at },
  );
  return `https://${hostname}/?${queryText(query)}`;
}

function queryText(query: Readonly<Record<string, string | string[] | null>> = {}): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(String(value ?? ''))}`)
    .join('&');
}

/** RFC 3986, as Signature Version 4 encodes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
