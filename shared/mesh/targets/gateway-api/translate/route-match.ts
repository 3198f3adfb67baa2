import type { NamedMatch, QueryParameter } from '../../../../model/mesh/route-match.ts';
import type { RequestMatch } from '../../../routing/match.ts';
import type { GatewayClass } from '../plan/gateway-class.ts';
import { limits } from '../plan/limits.ts';
import type { Report } from '../plan/report.ts';
import type { Match } from './match.ts';
import { anyPath, isPlainPath, type Path, segmentsOf } from './path.ts';
import { commonValue, present, type Value, type Values } from './value.ts';

type Kind = GatewayClass['kind'];

/** Where a match is in its object, and what the class can match. */
export interface MatchContext {
  /** `spec.routes[0].httpRoute` */
  readonly path: string;
  readonly protocol: 'http' | 'http2' | 'grpc' | 'tcp';
  readonly kind: Kind;
  readonly report: Report;
}

/**
 * The match of a route or a gateway route without port and host name; null if no request fulfils it. What cannot be matched
 * is reported, and left out.
 */
export function matchOf(match: RequestMatch, { path, ...context }: MatchContext): Match | null {
  const at = { ...context, path: `${path}.match` };
  if (match.scheme !== undefined) at.report.refuse(`${at.path}.scheme`, limits.scheme);
  const headers = headersOf(match.headers, at);
  const query = queryOf(match.queryParameters, at);
  const found = pathOf(match.path, at);
  return headers && query && { path: found, method: match.method, headers, query };
}

function pathOf(path: RequestMatch['path'], at: MatchContext): Path {
  if (path === undefined || (path.kind === 'prefix' && path.value === '/')) return anyPath;
  if (at.protocol === 'grpc') checkMethod(path.value, at);
  else checkPath(path, at);
  if (path.kind !== 'prefix' || at.protocol === 'grpc' || at.kind === 'istio') return path;
  // VPC Lattice's own prefix is one of characters, too, though its controller has it from a PathPrefix.
  return at.kind === 'lattice' ? { kind: 'segments', value: path.value } : segmentsOf(path.value);
}

/** `/<service>/<method>`, or `/<service>/` */
function checkMethod(path: string, { path: at, report }: MatchContext): void {
  const [, service = '', method = ''] = /^\/(.*)\/(.*)$/s.exec(path) ?? [];
  if (!/^[a-z_]\w*(\.[a-z_]\w*)*$/i.test(service) || service.length > 400)
    report.refuse(`${at}.serviceName`, limits.grpcName);
  if (!/^([a-z_]\w*)?$/i.test(method)) report.refuse(`${at}.methodName`, limits.grpcName);
}

function checkPath({ kind: form, value }: Path, { path: at, kind, report }: MatchContext): void {
  const field = `${at}.${form === 'prefix' ? form : `path.${form}`}`;
  if (form === 'regex' ? kind !== 'istio' : !isSupported(value, kind))
    report.refuse(field, form === 'regex' ? limits.pathRegex : limits.path);
  else if (kind === 'standard' && form === 'prefix') report.differ(field, limits.prefix);
  else if (kind === 'lattice' && value.toLowerCase() !== value.toUpperCase())
    report.differ(field, limits.latticePath);
}

/** Istio can match any path by a regular expression. */
function isSupported(path: string, kind: Kind): boolean {
  if (kind === 'istio') return path.length <= 450;
  return isPlainPath(path) && path.length <= 200 && (kind === 'standard' || /^[\w@:%+.~#?&/=-]*$/.test(path));
}

function headersOf(
  all: readonly NamedMatch[],
  { path, protocol, kind, report }: MatchContext,
): Values | null {
  const at = `${path}.${protocol === 'grpc' ? 'metadata' : 'headers'}`;
  if (kind === 'lattice' && all.length > 5) report.refuse(at, limits.headers);
  const named = all.map(({ name, match, invert }, index) => {
    const item = `${at}[${index}]`;
    if (invert) report.refuse(`${item}.invert`, limits.invert);
    if (!match && kind !== 'istio') report.refuse(item, limits.present);
    const value = match ? headerValue(match, `${item}.match`, kind, report) : present;
    return { name: name.toLowerCase(), value, at: item };
  });
  return together(named, report);
}

function headerValue(match: NonNullable<NamedMatch['match']>, at: string, kind: Kind, report: Report): Value {
  if (match.range) report.refuse(`${at}.range`, limits.range);
  for (const form of ['exact', 'prefix', 'suffix', 'regex'] as const) {
    const value = match[form];
    if (!value) continue;
    if (form !== 'exact' && kind !== 'istio') report.refuse(`${at}.${form}`, limits.valueRegex);
    return { kind: form, value };
  }
  return present;
}

interface Named {
  readonly name: string;
  readonly value: Value;
  readonly at: string;
}

/** All conditions, those of one name as one; null if they contradict each other. */
function together(all: readonly Named[], report: Report): Values | null {
  const found = new Map<string, Value>();
  for (const { name, value, at } of all) {
    if (!/^[\w!#$%&'*+.^`|~-]{1,256}$/.test(name)) report.refuse(`${at}.name`, limits.name);
    const both = commonValue(found.get(name) ?? present, value);
    if (both === null) return null;
    if (both === undefined) report.refuse(at, limits.twice);
    else found.set(name, both);
  }
  return found;
}

function queryOf(all: readonly QueryParameter[], { path, kind, report }: MatchContext): Values | null {
  const at = `${path}.queryParameters`;
  if (kind === 'lattice' && all.length > 0) report.refuse(at, limits.query);
  if (kind === 'lattice') return new Map();
  const named = all.map(({ name, match }, index) => {
    const item = `${at}[${index}]`;
    if (match) checkValue(match.exact, `${item}.match.exact`, kind, report);
    else if (kind !== 'istio') report.refuse(item, limits.present);
    return { name, value: match ? exactly(match.exact) : present, at: item };
  });
  return together(named, report);
}

function checkValue({ length }: string, at: string, kind: Kind, report: Report): void {
  if (length > 1024 || (length === 0 && kind !== 'istio')) report.refuse(at, limits.value);
}

/** The schemas accept no empty value. */
function exactly(value: string): Value {
  return value === '' ? { kind: 'regex', value: '()' } : { kind: 'exact', value };
}
