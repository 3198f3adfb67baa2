import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles. Lambda hands a function its role's
 * credentials in the environment; the other places where the SDK would look (profiles, single sign-on, instance
 * metadata, processes) are not there, and the code that looks is a sixth of a bundle and of its start.
 */
export const defaultProvider = () => fromEnv();
