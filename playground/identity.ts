import { randomBytes } from 'node:crypto';
import { region } from '@eks-mesh-sync/embedded-aws/account.ts';

/** Region and credentials with which the functions sign requests. */
export interface Identity {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The embedded AWS checks neither. */
export const embeddedIdentity: Identity = { region, accessKeyId: 'local', secretAccessKey: 'local' };

/** For functions whose tokens a proxy checks: nobody else on this machine can sign with it. */
export function privateIdentity(): Identity {
  return { ...embeddedIdentity, secretAccessKey: randomBytes(32).toString('base64url') };
}

/** Region and credentials for a custom endpoint; by default those of the embedded AWS. */
export function identityIn(environment: Readonly<Record<string, string | undefined>>): Identity {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } =
    environment;
  const place = { ...embeddedIdentity, region: AWS_REGION || AWS_DEFAULT_REGION || region };
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return place;
  return {
    ...place,
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

/** The environment variables from which AWS SDKs read them; an empty session token means none. */
export function identityVariables(identity: Identity): Record<string, string> {
  return {
    AWS_REGION: identity.region,
    AWS_DEFAULT_REGION: identity.region,
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
    AWS_SESSION_TOKEN: identity.sessionToken ?? '',
  };
}
