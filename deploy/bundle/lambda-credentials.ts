import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Replaces `@aws-sdk/credential-provider-node` in the functions' bundles. Lambda provides the role's credentials in the
 * environment; the SDK's other sources (profiles, single sign-on, instance metadata, processes) do not exist there, and
 * their code is a sixth of a bundle and of its start.
 */
export const defaultProvider = () => fromEnv();
