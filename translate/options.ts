import { parseArgs } from 'node:util';

/** A mistake of the user; the message is printed without a stack trace. */
export class UsageError extends Error {}

export const targetNames = ['istio', 'gateway-api', 'lattice', 'envoy'] as const;

export interface TranslateOptions {
  readonly to: (typeof targetNames)[number];
  /** The GatewayClass, with `gateway-api`. */
  readonly gatewayClass: string;
  /** Whose marks of ownership the objects get; undefined for none. */
  readonly cluster: string | undefined;
  /** Files and folders; `-` is the standard input. */
  readonly paths: readonly string[];
}

export const helpText = `Translates App Mesh manifests (appmesh.k8s.aws/v1beta2) into objects of Istio or the Gateway API, or into the files of
plain Envoys in ConfigMaps, as eks-mesh-sync applies them with mesh: istio, gateway-api or envoy. Prints the objects as YAML to
the standard output, and to the standard error a table of the fields that are not carried over, and what to do instead.

Usage: npm run --silent translate -- --to istio|gateway-api|lattice|envoy [options] FILE…

  FILE                   A file of manifests, a folder of such files (*.yaml, *.yml), or - for the standard input. Kinds other
                         than those of App Mesh and Namespace are skipped. Without a Mesh, one that selects every namespace is
                         assumed; a namespace without a manifest is assumed to have the labels that the Meshes select.
  --to TARGET            istio; gateway-api; or lattice, which is gateway-api with the class amazon-vpc-lattice; or envoy. Instances
                         of Cloud Map that are no pods of the cluster are not read.
  --gateway-class NAME   The GatewayClass, with --to gateway-api (default istio).
  --cluster NAME         Add the marks of ownership of this cluster of clusters.yml: eks-mesh-sync then takes over objects that
                         were applied by hand. Without it, the objects are yours, and eks-mesh-sync never changes them.
  --help                 Print this help.

Exit status: 0 if every object is translated (the table lists fields that differ), 1 if an object is refused, 2 for a wrong
option, an invalid manifest, whose field is named, or files without an App Mesh object.
`;

const options = {
  to: { type: 'string' },
  'gateway-class': { type: 'string' },
  cluster: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Undefined for `--help`. Throws a UsageError that names the option and the expected value. */
export function parseOptions(args: readonly string[]): TranslateOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const to = targetNames.find((name) => name === values.to);
  if (to === undefined)
    throw new UsageError(`--to is ${values.to ?? 'missing'}; expected ${targetNames.join(', ')}`);
  const gatewayClass = values['gateway-class'];
  if (gatewayClass !== undefined && to !== 'gateway-api')
    throw new UsageError('--gateway-class goes with --to gateway-api only');
  if (positionals.length === 0) throw new UsageError('no FILE given; expected manifests to translate');
  return {
    to,
    gatewayClass: to === 'lattice' ? 'amazon-vpc-lattice' : (gatewayClass ?? 'istio'),
    cluster: values.cluster,
    paths: positionals,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
