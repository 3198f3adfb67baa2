import { parseArgs } from 'node:util';
import { UsageError } from '../translate/options.ts';
import { defaultImages, type Images } from './images.ts';

export interface InjectOptions {
  readonly images: Images;
  /** Files and folders; `-` is the standard input. */
  readonly paths: readonly string[];
}

export const helpText = `Prints manifests with the proxies that deploy/sidecars.yaml gives to pods in a cluster: for Kubernetes below 1.36, or to see
them. Pods and the pod templates of Deployments, StatefulSets, DaemonSets, ReplicaSets, ReplicationControllers, Jobs, CronJobs and
PodTemplates get the Envoy of the VirtualNode or VirtualGateway that selects them; all else is printed as it is.

Usage: npm run --silent inject -- [options] FILE…

  FILE                        A file of manifests, a folder of such files (*.yaml, *.yml), or - for the standard input. The
                              VirtualNodes and VirtualGateways must be among them. In a namespace whose manifest is not, pods
                              that none of them selects are left alone, as if the namespace did not have the label
                              appmesh.k8s.aws/sidecarInjectorWebhook: enabled.
  --envoy-image IMAGE         Default ${defaultImages.envoy}.
  --interception-image IMAGE  Must have istio-iptables. Default ${defaultImages.interception}.
  --help                      Print this help.

Exit status: 0; 1 if the cluster would refuse a pod; 2 for a wrong option or an invalid manifest. With 1 and 2, nothing is
printed but what is wrong, with the file and the object.
`;

const options = {
  'envoy-image': { type: 'string', default: defaultImages.envoy },
  'interception-image': { type: 'string', default: defaultImages.interception },
  help: { type: 'boolean', default: false },
} as const;

/** Undefined for `--help`. Throws a UsageError that names the option. */
export function parseOptions(args: readonly string[]): InjectOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  if (positionals.length === 0) throw new UsageError('no FILE given; expected manifests');
  const images = { envoy: values['envoy-image'], interception: values['interception-image'] };
  return { images, paths: positionals };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
