/**
 * Replaces `@aws-sdk/middleware-endpoint-discovery` in the functions' bundles: the client of DynamoDB asks for an endpoint of
 * its own account only if AWS_ENABLE_ENDPOINT_DISCOVERY says so, and the functions do not set it.
 */
export const resolveEndpointDiscoveryConfig = <Config>(config: Config): Config => config;

export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};
