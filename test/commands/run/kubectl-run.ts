/** What a test runs in place of a printed kubectl command, or why it runs nothing. */
export type Runnable = { readonly run: readonly string[] } | { readonly reason: string };

/** Those that change something, all of which have `--dry-run=server`. */
const changing = ['annotate', 'apply', 'create', 'delete', 'patch', 'scale'];
const reading = ['get', 'describe', 'wait', 'rollout'];

/** Verbs that are not run against the embedded cluster, and why. */
const notRun: Readonly<Record<string, string>> = {
  config: 'it changes the file of the reader, not a cluster',
  'explain-mesh': 'test/end-to-end/documented-commands.test.ts runs the plugin',
  kustomize: 'it renders a folder of the reader',
  logs: 'the embedded cluster runs no containers',
  'port-forward': 'the embedded cluster runs no containers',
  set: 'its --dry-run=server needs the command in its value, which reads the cluster first',
};

/** Variables of the scripts around a command. */
const variables: Readonly<Record<string, string>> = {
  $ours: 'app.kubernetes.io/managed-by=eks-mesh-sync',
  $kind: 'virtualnodes.appmesh.k8s.aws',
  $name: 'front',
  $namespace: 'howto-k8s-cloudmap',
};

export function kubectlRun([, ...printed]: readonly string[]): Runnable {
  const args = printed
    .filter((_, index) => printed[index] !== '--server' && printed[index - 1] !== '--server')
    .map((arg) => variables[arg] ?? arg);
  const at = args.findIndex((arg, index) => /^[a-z][a-z-]*$/.test(arg) && args[index - 1] !== '-n');
  const verb = args[at];
  if (verb === undefined || args.slice(at + 1).length < 1 || isUnfinished(args)) return unfinished;
  const reason = notRun[verb];
  if (reason !== undefined) return { reason };
  if (args.some((arg, index) => args[index - 1] === '-f' && /^(?:-|[A-Z]+|\w+\.yaml)$/.test(arg)))
    return { reason: 'it reads manifests of the reader' };
  if (args.includes('-k')) return { reason: 'it reads a folder of the reader' };
  if (args.some((arg) => arg.startsWith('--from-file='))) return { reason: 'it reads a file of the reader' };
  if (changing.includes(verb)) return { run: [...args, '--dry-run=server'] };
  if (!reading.includes(verb))
    throw new RangeError(`no test knows kubectl ${verb}; add it to test/commands/run`);
  const given = args.filter((arg) => !arg.startsWith('--timeout='));
  return { run: verb === 'wait' ? [...given, '--timeout=1s'] : given };
}

const unfinished = { reason: 'prose names the command without its arguments' };

/** `kubectl apply -f`, `kubectl apply --validate=false`, `kubectl describe pod`, `kubectl rollout restart`. */
function isUnfinished(args: readonly string[]): boolean {
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (args.at(-1) === '-f' || args.at(-1) === '-k') return true;
  return (
    words.length <= 2 && ['apply', 'describe', 'rollout'].includes(words[0] ?? '') && !args.includes('-f')
  );
}
