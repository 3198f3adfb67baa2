import type { NamedMatch, QueryParameter } from '../../../../../model/mesh/route-match.ts';
import type { Report } from '../../../../plan/report.ts';
import { plainPath } from '../../../../routing/evaluate/request.ts';
import type { GatewayRoute } from '../../../../routing/gateway-routes.ts';
import type { Hostname } from '../../../../routing/match.ts';
import type { RouterRoute } from '../../../../routing/routes.ts';

/** Conditions that Envoy takes, and that no request can meet: the object is applied, and its condition says so. */
export function reportUnmet(
  { match, protocol, path }: Pick<RouterRoute, 'match' | 'protocol' | 'path'>,
  report: Report,
): void {
  const at = `${path}.match`;
  if (protocol === 'grpc') reportCall(match.path?.value ?? '/', at, report);
  else if (match.path?.kind === 'exact') reportPath(match.path.value, [''], `${at}.path.exact`, report);
  else if (match.path?.kind === 'prefix') reportPath(match.path.value, ends, `${at}.prefix`, report);
  if (match.hostname) reportHost(match.hostname, `${at}.hostname`, report);
  if (match.method === 'CONNECT')
    report.differ(`${at}.method`, `${unmet}: Envoy refuses CONNECT, which opens tunnels`, 'another method');
  const list = protocol === 'grpc' ? 'metadata' : 'headers';
  for (const [index, each] of match.headers.entries()) reportHeader(each, `${at}.${list}[${index}]`, report);
  for (const [index, each] of match.queryParameters.entries())
    reportParameter(each, `${at}.queryParameters[${index}]`, report);
}

/** A gateway sends the rewritten path to itself, where Envoy refuses what no client may send. */
export function reportRewrite({ rewrite, path }: GatewayRoute, report: Report): void {
  const { path: whole, prefix } = rewrite ?? {};
  for (const [field, text] of Object.entries({
    'path.exact': whole?.exact ?? '',
    'prefix.value': prefix?.value ?? '',
  })) {
    const written = text.replaceAll(/[^!"$-~]/gu, percentEncoded);
    if (written !== text)
      report.differ(
        `${path}.action.rewrite.${field}`,
        `every request gets 400: "${text}" has characters that no path has`,
        written,
      );
  }
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const unmet = 'no request can match';

/** What may follow a prefix so that it stays as it is: `/a/..` is that of `/a/..x`, `/a%2` that of `/a%25`. */
const ends = ['', 'x', '25', '5', 'B'];

function reportPath(path: string, followedBy: readonly string[], at: string, report: Report): void {
  if (/[?#]/.test(path))
    report.differ(at, `${unmet}: a path ends before "?" and "#"`, 'the part before, and queryParameters');
  else if (/%00/.test(path)) report.differ(at, `${unmet}: Envoy refuses paths with %00`, 'a path without it');
  else if (!followedBy.some((end) => plainPath(path + end) === path + end))
    report.differ(at, `${unmet}: proxies compare the path as "${plainPath(path)}"`, plainPath(path));
}

function reportCall(path: string, at: string, report: Report): void {
  const [, service = ''] = path.split('/');
  if (/^[\w./$-]*$/.test(path)) return;
  const field = /^[\w./$-]*$/.test(service) ? 'methodName' : 'serviceName';
  report.differ(`${at}.${field}`, `${unmet}: a gRPC name has letters, digits, "_" and "."`, 'shop.Cart');
}

/** What Envoy takes in a Host header; it answers 400 to others. */
const hostCharacters = /^[A-Za-z0-9._~!$&'()*+,;=:@[\]%-]+$/;

function reportHost({ exact, suffix }: Hostname, path: string, report: Report): void {
  const host = exact || suffix || '';
  const at = `${path}.${exact ? 'exact' : 'suffix'}`;
  if (!hostCharacters.test(host))
    report.differ(at, `${unmet}: "${host}" has characters that no Host header has`, asciiHost(host));
  else if (host.includes('*'))
    report.differ(at, 'no client sends "*", which stands for nothing else here', 'suffix: .example.com');
}

/** As clients send it. */
function asciiHost(host: string): string {
  const url = `http://a${host}`;
  const sent =
    URL.canParse(url) && new URL(url).pathname === '/'
      ? new URL(`http://${host.replace(/^\./, '')}`).hostname
      : '';
  return sent === ''
    ? 'letters, digits and "-", parted by dots'
    : `${host.startsWith('.') ? '.' : ''}${sent}`;
}

function reportHeader({ match, invert }: NamedMatch, path: string, report: Report): void {
  const { exact, prefix, suffix } = match ?? {};
  const isOuter = (text: string) => text !== text.trim();
  const [kind, value] =
    exact && isOuter(exact)
      ? ['exact', exact]
      : prefix && /^\s/.test(prefix)
        ? ['prefix', prefix]
        : suffix && /\s$/.test(suffix)
          ? ['suffix', suffix]
          : [];
  if (value !== undefined)
    report.differ(
      `${path}.match.${kind}`,
      invert
        ? 'every value matches: spaces around values are not compared'
        : `${unmet}: spaces around values are not compared`,
      JSON.stringify(value.trim()),
    );
}

/** In a query, which is compared as it is written. */
const notInQuery = /[^!"$%'-~]/gu;

function reportParameter({ name, match }: QueryParameter, path: string, report: Report): void {
  reportQuery(name, /[^!"$%'-<>-~]/gu, `${path}.name`, report);
  if (match) reportQuery(match.exact, notInQuery, `${path}.match.exact`, report);
}

function reportQuery(text: string, unusable: RegExp, path: string, report: Report): void {
  const written = text.replaceAll(unusable, percentEncoded);
  if (written !== text)
    report.differ(path, `${unmet}: in a query it is written "${written}"`, `"${written}"`);
}
