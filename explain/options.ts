import { parseArgs } from 'node:util';
import { asUsageError, UsageError } from './errors.ts';
import {
  choosePlace,
  type Environment,
  type PlaceChoice,
  placeHelp,
  placeOptions,
  withOptionalUrl,
} from './place-options.ts';
import { type SubjectFields, subjectOf } from './subject.ts';

export interface ExplainOptions {
  readonly place: PlaceChoice;
  /** The input of the function `explain`. */
  readonly input: SubjectFields;
  readonly json: boolean;
}

/** What the current context of kubectl says, for the plugin. */
export interface Context {
  readonly namespace?: string | undefined;
  readonly cluster?: string | undefined;
  readonly region?: string | undefined;
}

const contextHelp = `  --context, --kubeconfig   As of kubectl. Namespace, cluster and Region are those of its current context by default.
`;

export function helpText(program: string): string {
  return `Says why a pod is registered in Cloud Map or not, what a service contains, whose an instance is, the state of a mesh object, and
where a request goes. Asks the function explain of a deployment or of the playground; changes nothing.

Usage: ${program} SUBJECT [options]

  pod NAMESPACE/NAME                  A pod. Also pod NAME -n NAMESPACE and pod/NAME -n NAMESPACE.
  service NAMESPACE/NAME              A service, as Cloud Map names it.
  instance ID                         An instance id of Cloud Map, in one service with --service NAMESPACE/NAME.
  object KIND NAMESPACE/NAME          A Mesh (without a namespace), VirtualNode, VirtualService, VirtualRouter, VirtualGateway,
                                      GatewayRoute or BackendGroup. Also vnode/NAME -n NAMESPACE and the like.
  request --from "KIND NAMESPACE/NAME" --host HOST [--port PORT] [--method METHOD] [--path PATH] [--header "NAME: VALUE"]…
          [--scheme http|https] [--protocol http|grpc]
                                      Where a request goes that a VirtualNode sends, or that arrives at a VirtualGateway.

  -n, --namespace NS   The namespace of a NAME without one.
  --cluster NAME       The cluster in clusters.yml (default: the variable EKS_MESH_SYNC_CLUSTER, or the only one).
  --json               Print the answer as data.
${placeHelp}${program.startsWith('kubectl') ? contextHelp : ''}  --help               Print this help.

Exit status: 0 for an answer, whatever it says (also that a pod is not registered); 1 if there is none, with the reason; 2 for a
mistake in the arguments.
`;
}

const options = {
  ...placeOptions,
  namespace: { type: 'string', short: 'n' },
  cluster: { type: 'string' },
  service: { type: 'string' },
  from: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  scheme: { type: 'string' },
  method: { type: 'string' },
  path: { type: 'string' },
  protocol: { type: 'string' },
  header: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Undefined for `--help`. Throws a UsageError that names the argument and what is expected. */
export function parseOptions(
  args: readonly string[],
  env: Environment,
  context: Context = {},
): ExplainOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const subject = subjectOf(positionals, { ...values, defaultNamespace: context.namespace });
  const place = choosePlace(values, env, context.region);
  const takesCluster = !('instance' in subject);
  if (!takesCluster && values.cluster !== undefined)
    throw new UsageError('--cluster cannot be combined with instance, which is searched in all clusters');
  const cluster = values.cluster ?? (env.EKS_MESH_SYNC_CLUSTER || contextCluster(place, context));
  const input = { ...(takesCluster && cluster !== undefined && { cluster }), ...subject };
  return { place, input: values.json ? { ...input, format: 'json' } : input, json: values.json };
}

/** The playground has one cluster, whatever kubectl's context is. */
function contextCluster({ kind }: PlaceChoice, { cluster }: Context): string | undefined {
  return kind === 'deployment' ? cluster : undefined;
}

function parse(args: readonly string[]) {
  const config = { args: [...withOptionalUrl(args)], options, strict: true, allowPositionals: true } as const;
  return asUsageError(() => parseArgs(config));
}
