import type { Context } from './options.ts';

/** The parts of `kubectl config view --minify --output json` that are read: one context, its cluster and its user. */
interface View {
  readonly contexts?: readonly { readonly context?: { readonly namespace?: string } }[] | null;
  readonly clusters?: readonly { readonly name?: string }[] | null;
  readonly users?: readonly { readonly user?: { readonly exec?: Exec } }[] | null;
}

interface Exec {
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name?: string; readonly value?: string }[] | null;
}

/**
 * Namespace, EKS cluster and Region of kubectl's context. The cluster is what `aws eks get-token` is called with, else what
 * the entry is named after: an ARN, as `aws eks update-kubeconfig` writes it, or `NAME.REGION.eksctl.io`.
 */
export function contextIn(view: View): Context {
  const namespace = view.contexts?.[0]?.context?.namespace || 'default';
  const entry = named(view.clusters?.[0]?.name ?? '');
  const exec = view.users?.[0]?.user?.exec;
  const args = exec?.args ?? [];
  return {
    namespace,
    cluster: valueAfter(args, '--cluster-name', '-i', '--cluster-id') ?? entry.cluster,
    region:
      valueAfter(args, '--region') ??
      exec?.env?.find(({ name }) => name === 'AWS_REGION')?.value ??
      entry.region,
  };
}

function named(entry: string): Pick<Context, 'cluster' | 'region'> {
  const [, arnRegion, arnCluster] = /^arn:[^:]+:eks:([^:]+):\d+:cluster\/(.+)$/.exec(entry) ?? [];
  if (arnCluster !== undefined) return { cluster: arnCluster, region: arnRegion };
  const [, name, region] = /^(.+)\.([^.]+)\.eksctl\.io$/.exec(entry) ?? [];
  if (name !== undefined) return { cluster: name, region };
  return { cluster: entry || undefined };
}

/** Of `--option value` or `--option=value`. */
function valueAfter(args: readonly string[], ...options: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (options.includes(arg)) return args[index + 1];
    const option = options.find((each) => arg.startsWith(`${each}=`));
    if (option !== undefined) return arg.slice(option.length + 1);
  }
  return undefined;
}

/** kubectl's own options that choose a context, and the other arguments. */
export function splitContextOptions(args: readonly string[]): {
  readonly own: readonly string[];
  readonly forKubectl: readonly string[];
} {
  const own: string[] = [];
  const forKubectl: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (/^--(context|kubeconfig)=/.test(arg)) forKubectl.push(arg);
    else if (arg === '--context' || arg === '--kubeconfig') forKubectl.push(`${arg}=${args[++index] ?? ''}`);
    else own.push(arg);
  }
  return { own, forKubectl };
}
