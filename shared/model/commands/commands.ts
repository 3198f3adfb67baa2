import { functionName, type Place } from './place.ts';
import { shellWords } from './shell-words.ts';

/** The longest that a function may run; the aws command gives up after 60 s by default, and calls it again. */
const maxRunSeconds = 900;

/** Where Cloud Map is, if the cluster registers in another Region than the functions'. */
interface Elsewhere {
  readonly region?: string | undefined;
}

/** The aws command for the deployment's Region or for the playground, whatever the environment of the shell. */
export function awsCommand(place: Place, words: readonly string[], { region }: Elsewhere = {}): string {
  if (place.kind === 'deployment') return shellWords(['aws', '--region', region ?? place.region, ...words]);
  // The playground checks no signature, and no resolver knows the name data-127.0.0.1.
  const options = ['--endpoint-url', place.url, '--region', 'us-west-2', '--no-sign-request'];
  return `AWS_DISABLE_HOST_PREFIX_INJECTION=true ${shellWords(['aws', ...options, ...words])}`;
}

/** The command that invokes a function. The input is read from a pipe, as versions 1 and 2 of the aws command take it. */
export function invokeCommand(place: Place, name: string, input: object): string {
  const words = ['--function-name', functionName(place, name), '--cli-read-timeout', `${maxRunSeconds}`];
  const payload = ['--payload', 'fileb:///dev/stdin', '/dev/stdout'];
  const json = shellWords([JSON.stringify(input)]);
  return `printf %s ${json} | ${awsCommand(place, ['lambda', 'invoke', ...words, ...payload])}`;
}

/** The kubectl command for the cluster: in the playground its own, else that of kubectl's current context. */
export function kubectlCommand(place: Place, words: readonly string[]): string {
  const kubectl = place.kind === 'playground' ? place.kubectl : 'kubectl';
  return `${kubectl} ${shellWords(words)}`;
}

/** Shows the relay's pods, whatever the chart's release and namespace are called. */
export function relayCommand(place: Place): string {
  const label = 'app.kubernetes.io/name=eks-mesh-sync-relay';
  return kubectlCommand(place, ['get', 'pods', '-A', '-l', label]);
}
