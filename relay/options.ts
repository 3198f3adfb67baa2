import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import {
  type Connection,
  fileToken,
  inClusterConnection,
  readPem,
} from '../shared/adapters/kubernetes/connection.ts';
import { PermanentError } from '../shared/model/errors.ts';
import { type LogLevel, logLevels } from './logger.ts';
import type { LeaseOptions } from './relay.ts';
import { type WatchedKind, watchedKinds } from './watch/reflectors.ts';

/** An option: its flag, its environment variable, and its text in `--help`. */
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
    help: 'Name of the EKS cluster (required)',
  },
  {
    flag: 'event-bus',
    variable: 'EVENT_BUS_NAME',
    value: 'NAME',
    help: 'Name or ARN of the event bus, such as eks-mesh-sync-production (required)',
  },
  {
    flag: 'namespaces',
    variable: 'WATCH_NAMESPACES',
    value: 'A,B',
    help: 'Namespaces to watch (default all)',
  },
  {
    flag: 'kinds',
    variable: 'WATCH_KINDS',
    value: 'A,B',
    help: `Kinds to watch (default all): ${watchedKinds.join(', ')}`,
  },
  {
    flag: 'kubernetes-server',
    variable: 'KUBERNETES_SERVER',
    value: 'URL',
    help: 'URL of the API server (default: the cluster of the pod)',
  },
  {
    flag: 'kubernetes-ca',
    variable: 'KUBERNETES_CA_FILE',
    value: 'FILE',
    help: 'CA certificate of the API server, with --kubernetes-server',
  },
  {
    flag: 'kubernetes-token',
    variable: 'KUBERNETES_TOKEN_FILE',
    value: 'FILE',
    help: 'Bearer token, with --kubernetes-server',
  },
  {
    flag: 'port',
    variable: 'HTTP_PORT',
    value: 'PORT',
    help: 'Port for /healthz, /readyz and /metrics (default 8080)',
  },
  {
    flag: 'page-size',
    variable: 'PAGE_SIZE',
    value: 'N',
    help: 'Objects per page of a list request, 1 to 10000 (default 50)',
  },
  {
    flag: 'confirm-seconds',
    variable: 'CONFIRM_SECONDS',
    value: 'N',
    help: 'Interval between full resyncs, in seconds, 10 to 3600 (default 600)',
  },
  {
    flag: 'lease',
    variable: 'LEASE',
    value: 'NAMESPACE/NAME',
    help: 'Of several relays only the one that holds this Lease sends (default: none)',
  },
  {
    flag: 'lease-seconds',
    variable: 'LEASE_SECONDS',
    value: 'N',
    help: 'How long a lease lasts without renewal, 3 to 300 (default 15)',
  },
  {
    flag: 'log-level',
    variable: 'LOG_LEVEL',
    value: 'LEVEL',
    help: `Log level: ${logLevels.join(', ')} (default info)`,
  },
] as const satisfies readonly Option[];

type Flag = (typeof optionList)[number]['flag'];
type Environment = Readonly<Record<string, string | undefined>>;

/** The options of the command line and the environment. */
export interface CommandOptions {
  readonly cluster: string;
  readonly eventBusName: string;
  readonly namespaces: readonly string[] | undefined;
  readonly kinds: readonly WatchedKind[] | undefined;
  readonly connection: Connection;
  readonly port: number;
  readonly pageSize: number | undefined;
  readonly timing: { readonly confirmMs: number };
  readonly lease: LeaseOptions | undefined;
  readonly logLevel: LogLevel;
}

/** The text of `--help`. */
export function helpText(): string {
  const lines = optionList.map(({ flag, variable, value, help }) => {
    const left = `  --${flag} ${value}`.padEnd(28);
    return `${left}${variable.padEnd(24)}${help}`;
  });
  return `Watches pods, namespaces and App Mesh objects of a Kubernetes cluster and sends their changes to EventBridge.

Usage: relay --cluster NAME --event-bus NAME [options]

Each option can also be set by the environment variable beside it; the option takes precedence.

${lines.join('\n')}
  ${'--help'.padEnd(50)}Print this help

AWS credentials, Region and endpoint come from the default provider chain of the AWS SDK (AWS_REGION,
AWS_ENDPOINT_URL, EKS Pod Identity, IAM roles for service accounts, …). Requests to AWS honour HTTPS_PROXY, HTTP_PROXY and
NO_PROXY; requests to the API server do not. NODE_EXTRA_CA_CERTS names a file with further CAs.
`;
}

/**
 * Parses the options; a flag takes precedence over its variable. Undefined for `--help`. Throws a PermanentError that
 * names the option if it is unknown, invalid or missing.
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
      text('event-bus'),
      /^[/.\-_A-Za-z0-9:]+$/,
      "the name or ARN of the stack's event bus, such as eks-mesh-sync-production",
    ),
    namespaces: list('namespaces', text('namespaces'), isNamespace, 'namespace names, separated by commas'),
    kinds: list('kinds', text('kinds'), isWatchedKind, `one or more of ${watchedKinds.join(', ')}`),
    connection: connectionOf(text, environment),
    port: integer('port', text('port'), 0, 65535) ?? 8080,
    pageSize: integer('page-size', text('page-size'), 1, 10_000),
    timing: { confirmMs: (integer('confirm-seconds', text('confirm-seconds'), 10, 3600) ?? 600) * 1000 },
    lease: leaseOf(text),
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

/** The empty string counts as not set, because a chart may leave a variable empty. */
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
  if (!form.test(value)) throw invalid(flag, value, expected);
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
    if (!isMember(item)) throw invalid(flag, item, expected);
    return item;
  });
}

function integer(flag: Flag, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw invalid(flag, value, `an integer from ${min} to ${max}`);
  return number;
}

function logLevelOf(value: string): LogLevel {
  const level = logLevels.find((known) => known === value);
  if (!level) throw invalid('log-level', value, `one of ${logLevels.join(', ')}`);
  return level;
}

/** The name of the machine is that of the pod; a container that starts again in it is another process. */
function leaseOf(text: (flag: Flag) => string | undefined): LeaseOptions | undefined {
  const value = text('lease');
  const seconds = integer('lease-seconds', text('lease-seconds'), 3, 300);
  if (value === undefined) {
    if (seconds === undefined) return undefined;
    throw new PermanentError(`${name('lease-seconds')} requires ${name('lease')}, which is not set`);
  }
  const [, namespace, lease] = /^([^/]+)\/([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)$/.exec(value) ?? [];
  if (!namespace || !lease || !isNamespace(namespace))
    throw invalid('lease', value, 'NAMESPACE/NAME of a Lease');
  const identity = `${hostname()}_${randomUUID()}`;
  return { namespace, name: lease, durationMs: (seconds ?? 15) * 1000, identity };
}

function connectionOf(text: (flag: Flag) => string | undefined, environment: Environment): Connection {
  const [server, ca, token] = [text('kubernetes-server'), text('kubernetes-ca'), text('kubernetes-token')];
  if (server !== undefined) {
    const { protocol } = URL.parse(server) ?? {};
    if (protocol !== 'https:' && protocol !== 'http:')
      throw invalid('kubernetes-server', server, 'an http(s) URL');
    return { server, ca: ca && readPem(ca), token: token === undefined ? undefined : fileToken(token) };
  }
  const alone = ca !== undefined ? 'kubernetes-ca' : token !== undefined ? 'kubernetes-token' : undefined;
  if (alone)
    throw new PermanentError(`${name(alone)} requires ${name('kubernetes-server')}, which is not set`);
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

function invalid(flag: Flag, value: string, expected: string): PermanentError {
  return new PermanentError(`${name(flag)} is ${JSON.stringify(value)}; expected ${expected}`);
}
