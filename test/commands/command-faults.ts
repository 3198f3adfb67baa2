import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions as parseExplain } from '../../explain/options.ts';
import { root } from '../docs/pages.ts';
import { findHelm } from '../tools/helm.ts';

/** What the client of a command finds wrong before it calls anybody: options, subcommands, files. Null: nothing. */
export function commandFault([program = '', ...args]: readonly string[]): string | null {
  const check = checks[program];
  return check === undefined ? `no test knows ${program}; add it to test/commands` : check(args);
}

/** Whether a client that the check needs is not here. */
export function isUnchecked([program = '']: readonly string[]): boolean {
  if (program === 'helm') return findHelm().path === undefined;
  return ['kubectl', 'aws'].includes(program) && spawnSync(program, ['--help']).error !== undefined;
}

/** Programs of printed commands that are checked; others (cp, curl, jq, …) are the shell's. */
export const checked = ['kubectl', 'aws', 'helm', 'npm', 'npx', 'sls', 'osls'];

type Check = (args: readonly string[]) => string | null;

const checks: Readonly<Record<string, Check>> = {
  kubectl: kubectlFault,
  aws: awsFault,
  helm: helmFault,
  npm: npmFault,
  npx: npxFault,
  sls: () => 'sls is not on the PATH; expected npx sls',
  osls: () => 'osls is not on the PATH; expected npx osls',
};

/** A server that refuses every connection. */
const nobody = 'http://127.0.0.1:1';
const home = mkdtempSync(join(tmpdir(), 'commands-'));

function run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: home, KUBECONFIG: '/dev/null', AWS_MAX_ATTEMPTS: '1', ...environment };
  const options = { cwd: root, input: '', encoding: 'utf8', timeout: 60_000, env } as const;
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  return { status, text: `${error ? String(error) : ''}${stdout}${stderr}` };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

const kubectlMistake = /unknown (flag|command|shorthand)|unexpected arg|does not exist|no such file/i;
const kubectlMissing = /must specify|you must|required/i;

/** A command that prose names without its arguments: `kubectl apply`, `aws eks create-access-entry`. */
function isName(args: readonly string[]): boolean {
  return args.length <= 2;
}

/** Files that the reader writes are in no folder of the project. */
const readers = mkdtempSync(join(tmpdir(), 'reader-'));
for (const name of ['file', 'kustomization.yaml']) writeFileSync(join(readers, name), '{}');

function withReadersFiles(args: readonly string[]): readonly string[] {
  return args.map((arg, index) => {
    const before = args[index - 1] ?? '';
    if (before === '-k' || (before === 'kustomize' && arg === 'value')) return readers;
    if (before === '-f' && arg === '-') return arg;
    if (/^[A-Z]+$/.test(arg) && before === '-f') return join(readers, 'file');
    const [, option = '', name] =
      /^(--from-file=|file:\/\/|fileb:\/\/)?([\w.-]+\.\w+|\/dev\/stdin)$/.exec(arg) ?? [];
    const isFile = name !== undefined && (option !== '' || (before === '-f' && !existsSync(join(root, arg))));
    return isFile ? `${option}${join(readers, 'file')}` : arg;
  });
}

function kubectlFault(given: readonly string[]): string | null {
  if (given[0] === 'explain-mesh') return isName(given) ? null : explainFault(given.slice(1));
  if (given[0] === 'config') return null;
  const args = withReadersFiles(given);
  const server = args.some((arg) => arg.startsWith('--server') || arg.startsWith('--kubeconfig'));
  const own = args.map((arg, index) => (args[index - 1] === '--server' ? nobody : arg));
  const { text } = run('kubectl', [
    '--request-timeout=1s',
    ...(server ? own : [`--server=${nobody}`, ...args]),
  ]);
  const lines = text.split('\n');
  const mistake = lines.find(
    (line) => kubectlMistake.test(line) || (!isName(given) && kubectlMissing.test(line)),
  );
  return mistake === undefined ? null : `kubectl: ${mistake}`;
}

function awsFault(given: readonly string[]): string | null {
  if (given[0] === 'sso' || given[0] === 'configure') return null;
  const args = withReadersFiles(given);
  const own = args.map((arg, index) => (args[index - 1] === '--endpoint-url' ? nobody : arg));
  const more = args.includes('--endpoint-url') ? [] : ['--endpoint-url', nobody];
  const credentials = {
    ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_DEFAULT_REGION: 'us-west-2' },
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
  const { text } = run('aws', [...own, ...more], credentials);
  // It got as far as the call, or made a token.
  if (/Could not connect|Connect timeout|ExecCredential/.test(text)) return null;
  if (isName(given) && /arguments are required|must be specified/.test(text)) return null;
  return `aws: ${text.trim().split('\n').at(-1)}`;
}

function helmFault(args: readonly string[]): string | null {
  const { path } = findHelm();
  if (path === undefined) return null;
  const [verb, ...rest] = args;
  if (isName(args)) return null;
  if (verb !== 'install' && verb !== 'upgrade') {
    const { text } = run(path, [...args, `--kube-apiserver=${nobody}`]);
    return /unknown (flag|command|shorthand)|requires/.test(text) ? `helm: ${firstLine(text)}` : null;
  }
  const required = ['cluster=c', 'eventBus=b', 'region=us-west-2', 'image.repository=example.com/relay'];
  const values = required.flatMap((value) => ['--set', value]);
  const ofInstallation = ['--reset-then-reuse-values', '--install', '--create-namespace', '--wait'];
  const own = rest.filter((arg) => !ofInstallation.includes(arg));
  // What is published lies in a registry, which a test has no way to.
  const local = own.map((arg) => (arg.startsWith('oci://') ? 'relay/chart' : arg));
  const { status, text } = run(path, ['template', ...values, ...local]);
  return status === 0 ? null : `helm: ${firstLine(text)}`;
}

const scripts: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
).scripts;

/** Scripts whose options are those that their help lists. */
const withHelp = [
  'start',
  'explain',
  'translate',
  'inject',
  'cost',
  'report',
  'smoke',
  'access',
  'test:soak',
];
const ofNpm = ['ci', 'install', 'ls', 'audit', 'sbom', 'test'];

function npmFault(args: readonly string[]): string | null {
  const words = args.filter((arg) => arg !== '--silent' && arg !== '-s');
  const name = words[0] === 'run' ? words[1] : words[0];
  if (name === undefined || ofNpm.includes(name)) return null;
  if (scripts[name] === undefined) return `package.json has no script ${name}`;
  const own = words.slice(words.indexOf('--') + 1);
  if (!words.includes('--')) return null;
  if (name === 'explain') return explainFault(own);
  if (name === 'deploy' || name === 'package') return slsFault([name, ...own]);
  return withHelp.includes(name) ? helpFault('npm', ['run', '--silent', name, '--'], own) : null;
}

function explainFault(args: readonly string[]): string | null {
  if (args.length === 0 || args[0] === 'SUBJECT') return null;
  try {
    parseExplain(args, {}, { namespace: 'default' });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function npxFault([program = '', ...args]: readonly string[]): string | null {
  if (program === 'sls' || program === 'osls') return slsFault(args);
  if (program !== 'vitest')
    return existsSync(join(root, 'node_modules/.bin', program)) ? null : `no package has ${program}`;
  const path = args.find((arg) => arg.includes('/'))?.replace(/^\//, '');
  return path === undefined || path === 'plan/' || existsSync(join(root, path)) ? null : `no file ${path}`;
}

function slsFault([verb = '', ...args]: readonly string[]): string | null {
  return helpFault(join(root, 'node_modules/.bin/sls'), [verb], args);
}

const helps = new Map<string, string>();

/** Options that are not in the program's help. */
function helpFault(program: string, command: readonly string[], args: readonly string[]): string | null {
  const key = [program, ...command].join(' ');
  const help = helps.get(key) ?? run(program, [...command, '--help']).text;
  helps.set(key, help);
  const options = args
    .filter((arg) => arg.startsWith('-') && arg !== '--help')
    .map((arg) => arg.split('=')[0] ?? '');
  const unknown = options.find((option) => !new RegExp(`(^|[\\s,[(])${option}(?![\\w-])`, 'm').test(help));
  return unknown === undefined ? null : `${key} has no option ${unknown}`;
}
