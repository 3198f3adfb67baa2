import { parseArgs } from 'node:util';
import {
  type Connection,
  fileToken,
  inClusterConnection,
  readPem,
} from '../shared/adapters/kubernetes/connection.ts';
import { PermanentError } from '../shared/model/errors.ts';
import { type LogLevel, logLevels } from './logger.ts';
import { type WatchedKind, watchedKinds } from './reflectors.ts';

/** An option: its flag, the environment variable that stands in for it, and what `--help` says of it. */
interface Option {
  readonly flag: string;
  readonly variable: string;
  readonly value: string;
  readonly help: string;
}

const optionList = [
  {
    flag: 'cluster',
    variable: 'CLUSTER_NAME',
    value: 'NAME',
    help: 'The name of the EKS cluster. Required.',
  },
  {
    flag: 'event-bus',
    variable: 'EVENT_BUS_NAME',
    value: 'NAME',
    help: 'Event bus, by name or ARN (eks-mesh-sync).',
  },
  { flag: 'namespaces', variable: 'WATCH_NAMESPACES', value: 'A,B', help: 'Namespaces to watch (all).' },
  {
    flag: 'kinds',
    variable: 'WATCH_KINDS',
    value: 'A,B',
    help: `Kinds to watch (all): ${watchedKinds.join(', ')}.`,
  },
  {
    flag: 'kubernetes-server',
    variable: 'KUBERNETES_SERVER',
    value: 'URL',
    help: 'API server (that of the pod).',
  },
  {
    flag: 'kubernetes-ca',
    variable: 'KUBERNETES_CA_FILE',
    value: 'FILE',
    help: "The API server's CA, with a server.",
  },
  {
    flag: 'kubernetes-token',
    variable: 'KUBERNETES_TOKEN_FILE',
    value: 'FILE',
    help: 'Bearer token, with a server.',
  },
  { flag: 'port', variable: 'HTTP_PORT', value: 'PORT', help: 'Of /healthz, /readyz and /metrics (8080).' },
  {
    flag: 'page-size',
    variable: 'PAGE_SIZE',
    value: 'N',
    help: 'Objects a page of a listing, 1 to 10000 (50).',
  },
  {
    flag: 'confirm-seconds',
    variable: 'CONFIRM_SECONDS',
    value: 'N',
    help: 'How often all that is there is told again, 10 to 3600 (600).',
  },
  { flag: 'log-level', variable: 'LOG_LEVEL', value: 'LEVEL', help: `${logLevels.join(', ')} (info).` },
] as const satisfies readonly Option[];

type Flag = (typeof optionList)[number]['flag'];
type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line and the environment say. */
export interface CommandOptions {
  readonly cluster: string;
  readonly eventBusName: string;
  readonly namespaces: readonly string[] | undefined;
  readonly kinds: readonly WatchedKind[] | undefined;
  readonly connection: Connection;
  readonly port: number;
  readonly pageSize: number | undefined;
  readonly timing: { readonly confirmMs: number };
  readonly logLevel: LogLevel;
}

/** The text of `--help`. */
export function helpText(): string {
  const lines = optionList.map(({ flag, variable, value, help }) => {
    const left = `  --${flag} ${value}`.padEnd(28);
    return `${left}${variable.padEnd(24)}${help}`;
  });
  return `Tells AWS what changes in a Kubernetes cluster: pods, namespaces and App Mesh objects become EventBridge events.

Usage: relay --cluster NAME [options]      each option or the environment variable beside it

${lines.join('\n')}
  --help

Credentials, Region and endpoint of AWS are found as every AWS SDK finds them (AWS_REGION, AWS_ENDPOINT_URL,
Pod Identity, IAM roles for service accounts, …).
`;
}

/**
 * Reads the options; a flag counts before its variable. Undefined when help is asked for. Throws PermanentError for an
 * unknown option, a value that is not what is expected, or a missing one, and names it.
 */
export function parseOptions(args: readonly string[], environment: Environment): CommandOptions | undefined {
  const values = parseFlags(args);
  if (values.help) return undefined;
  const text = (flag: Flag) => textOf(flag, values, environment);
  return {
    cluster: required(
      'cluster',
      text('cluster'),
      /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/,
      'the name of an EKS cluster',
    ),
    eventBusName: required(
      'event-bus',
      text('event-bus') ?? 'eks-mesh-sync',
      /^[/.\-_A-Za-z0-9:]+$/,
      'a name or ARN',
    ),
    namespaces: list('namespaces', text('namespaces'), isNamespace, 'names of namespaces'),
    kinds: list('kinds', text('kinds'), isWatchedKind, `some of ${watchedKinds.join(', ')}`),
    connection: connectionOf(text, environment),
    port: integer('port', text('port'), 0, 65535) ?? 8080,
    pageSize: integer('page-size', text('page-size'), 1, 10_000),
    timing: { confirmMs: (integer('confirm-seconds', text('confirm-seconds'), 10, 3600) ?? 600) * 1000 },
    logLevel: logLevelOf(text('log-level') ?? 'info'),
  };
}

function parseFlags(args: readonly string[]): Readonly<Record<string, unknown>> {
  const flags = optionList.map(({ flag }) => [flag, { type: 'string' as const }]);
  try {
    const options = { ...Object.fromEntries(flags), help: { type: 'boolean' as const } };
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new PermanentError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The empty string counts as not given, which is how a chart leaves a variable out. */
function textOf(
  flag: Flag,
  values: Readonly<Record<string, unknown>>,
  environment: Environment,
): string | undefined {
  const variable = optionList.find((option) => option.flag === flag)?.variable ?? '';
  const value = values[flag] ?? environment[variable];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function required(flag: Flag, value: string | undefined, form: RegExp, expected: string): string {
  if (value === undefined) throw new PermanentError(`${name(flag)} is missing; expected ${expected}`);
  if (!form.test(value)) throw wrong(flag, value, expected);
  return value;
}

function list<T extends string>(
  flag: Flag,
  value: string | undefined,
  isMember: (item: string) => item is T,
  expected: string,
): T[] | undefined {
  if (value === undefined) return undefined;
  return [...new Set(value.split(',').map((item) => item.trim()))].map((item) => {
    if (!isMember(item)) throw wrong(flag, item, expected);
    return item;
  });
}

function integer(flag: Flag, value: string | undefined, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw wrong(flag, value, `an integer from ${least} to ${most}`);
  return number;
}

function logLevelOf(value: string): LogLevel {
  const level = logLevels.find((known) => known === value);
  if (!level) throw wrong('log-level', value, `one of ${logLevels.join(', ')}`);
  return level;
}

function connectionOf(text: (flag: Flag) => string | undefined, environment: Environment): Connection {
  const [server, ca, token] = [text('kubernetes-server'), text('kubernetes-ca'), text('kubernetes-token')];
  if (server !== undefined) {
    const { protocol } = URL.parse(server) ?? {};
    if (protocol !== 'https:' && protocol !== 'http:')
      throw wrong('kubernetes-server', server, 'an http(s) URL');
    return { server, ca: ca && readPem(ca), token: token === undefined ? undefined : fileToken(token) };
  }
  const alone = ca !== undefined ? 'kubernetes-ca' : token !== undefined ? 'kubernetes-token' : undefined;
  if (alone) throw new PermanentError(`${name(alone)} is given without ${name('kubernetes-server')}`);
  return inClusterConnection(environment);
}

function isNamespace(value: string): value is string {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value);
}

function isWatchedKind(value: string): value is WatchedKind {
  return watchedKinds.some((kind) => kind === value);
}

function name(flag: Flag): string {
  return `--${flag} (${optionList.find((option) => option.flag === flag)?.variable})`;
}

function wrong(flag: Flag, value: string, expected: string): PermanentError {
  return new PermanentError(`${name(flag)} is ${JSON.stringify(value)}; expected ${expected}`);
}
