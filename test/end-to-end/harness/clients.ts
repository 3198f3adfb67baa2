import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const isMissing = (command: string, ...args: string[]) => spawnSync(command, args).status !== 0;

/** Those of the clients that are not installed. */
export function missingClients(): readonly string[] {
  return [
    ...(isMissing('kubectl', 'version', '--client') ? ['kubectl'] : []),
    ...(isMissing('aws', '--version') ? ['aws'] : []),
  ];
}

/** `apply -f -` reads `input`. Rejects with what the command printed when it fails. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;
/** The answer, parsed. */
export type Aws = (...args: readonly string[]) => Promise<unknown>;

/** kubectl and aws as a person calls them, with nothing of the machine's own configuration. */
export function clients(place: { readonly kubernetes: string; readonly aws: string }): {
  readonly kubectl: Kubectl;
  readonly aws: Aws;
} {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_DEFAULT_REGION: 'us-west-2',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    KUBECONFIG: '/dev/null',
  };
  return {
    kubectl: async (args, input = '') => {
      const running = run('kubectl', ['--server', place.kubernetes, ...args], { env });
      running.child.stdin?.end(input);
      return (await running).stdout;
    },
    aws: async (...args) => {
      const { stdout } = await run('aws', ['--endpoint-url', place.aws, '--output', 'json', ...args], {
        env,
      });
      return JSON.parse(stdout);
    },
  };
}
