import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** A mistake of the person at the keyboard: its message is all they need, without a stack. */
export class UsageError extends Error {}

export interface PlaygroundOptions {
  /** End after printing. */
  readonly exit: boolean;
  /** Paths of manifests to apply; the walkthrough's when empty. */
  readonly manifests: readonly string[];
  readonly awsPort: number;
  readonly kubernetesPort: number;
  /** A real cluster to watch instead of the embedded one. */
  readonly kubeconfig: string | undefined;
  /** Another endpoint for Cloud Map and App Mesh. */
  readonly awsEndpoint: string | undefined;
  /** Whether the rules of the embedded EventBridge take the message group literally. */
  readonly literalMessageGroup?: boolean;
}

export const helpText = `Runs the whole system on this machine: an embedded AWS, an embedded Kubernetes cluster called local, the real relay
and the real functions. Applies examples/howto-k8s-cloudmap.yaml, prints what Cloud Map then answers, and stays up.

Usage: npm start -- [options]

  --exit                    End after printing: status 0 when all came true, 1 when not.
  --manifest FILE           Apply this file instead of the example; may be repeated. \${VAR} is taken from the
                            environment.
  --aws-port PORT           Port of the embedded AWS (4566); 0 takes a free one.
  --kubernetes-port PORT    Port of the embedded Kubernetes API (8001); 0 takes a free one.
  --kubeconfig FILE         Watch the cluster of this file's current context instead of an embedded one.
  --aws-endpoint URL        Use another endpoint for Cloud Map and App Mesh than the embedded AWS, with the Region and
                            credentials of AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
  --literal-message-group   Have the embedded EventBridge take a rule's MessageGroupId, $.detail.group, as a text and not
                            as a path: the functions then send each message on to its own group.
  --help                    Print this.
`;

const options = {
  exit: { type: 'boolean', default: false },
  manifest: { type: 'string', multiple: true, default: [] as string[] },
  'aws-port': { type: 'string', default: '4566' },
  'kubernetes-port': { type: 'string', default: '8001' },
  kubeconfig: { type: 'string' },
  'aws-endpoint': { type: 'string' },
  'literal-message-group': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Undefined when help is asked for. Throws a UsageError that names the option and what was expected. */
export function parseOptions(args: readonly string[]): PlaygroundOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  if (values.kubeconfig !== undefined && values.manifest.length > 0)
    throw new UsageError(
      '--manifest goes with the embedded cluster only; apply the file to the cluster of --kubeconfig by kubectl',
    );
  return {
    exit: values.exit,
    manifests: values.manifest.map((path) => file('--manifest', path)),
    awsPort: port('--aws-port', values['aws-port']),
    kubernetesPort: port('--kubernetes-port', values['kubernetes-port']),
    kubeconfig: values.kubeconfig && file('--kubeconfig', values.kubeconfig),
    awsEndpoint: values['aws-endpoint'] && url('--aws-endpoint', values['aws-endpoint']),
    literalMessageGroup: values['literal-message-group'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function port(option: string, value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= 65_535))
    throw new UsageError(`${option} is ${JSON.stringify(value)}; expected a port, 0 to 65535`);
  return number;
}

function file(option: string, path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`${option} is ${JSON.stringify(path)}; expected a file that exists`);
  return path;
}

function url(option: string, value: string): string {
  const protocol = URL.parse(value)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new UsageError(`${option} is ${JSON.stringify(value)}; expected an http(s) URL`);
  return value;
}
