import { parseArgs } from 'node:util';

export const usage = `npm run smoke -- --stage S [options]: tests a deployment with a test pod, and removes everything that it created.

  --stage S           the deployed stage
  --region R          its Region (default: AWS_REGION, else us-west-2, as of a deployment)
  --endpoint-url U    an endpoint for all AWS calls, such as an emulator's (default: AWS_ENDPOINT_URL)
  --clusters FILE     the clusters file of the deployment (default clusters.yml)
  --cluster NAME      the cluster in whose name the test pod's events are sent (default: the first of the file)
  --namespace NAME    an existing Cloud Map namespace of kind HTTP to test in, instead of one of its own
  --clean             only removes what earlier runs of this stage left, whatever their age
  --policy            only prints the IAM policy that the person who runs it needs

Exit status: 0 the deployment works, 1 something does not, 2 the test could not run (options, permissions).
`;

const options = {
  stage: { type: 'string' },
  region: { type: 'string' },
  'endpoint-url': { type: 'string' },
  clusters: { type: 'string', default: 'clusters.yml' },
  cluster: { type: 'string' },
  namespace: { type: 'string' },
  clean: { type: 'boolean', default: false },
  policy: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export interface SmokeOptions {
  readonly stage: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly clustersFile: string;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly task: 'run' | 'clean' | 'policy';
}

/** Options that cannot be used; the person gets the usage, too. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; undefined: the person asks for the usage. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SmokeOptions | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  // As serverless.yml chooses it for a deployment.
  const region = values.region ?? env.AWS_REGION ?? 'us-west-2';
  if (!values.stage) throw new UsageError('--stage is missing; expected the deployed stage');
  return {
    stage: values.stage,
    region,
    endpoint: values['endpoint-url'] ?? env.AWS_ENDPOINT_URL,
    clustersFile: values.clusters,
    cluster: values.cluster,
    namespace: values.namespace,
    task: values.policy ? 'policy' : values.clean ? 'clean' : 'run',
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
