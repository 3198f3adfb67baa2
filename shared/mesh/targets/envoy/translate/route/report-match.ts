import type { NamedMatch, QueryParameter } from '../../../../../model/mesh/route-match.ts';
import type { Report } from '../../../../plan/report.ts';
import type { RouterRoute } from '../../../../routing/routes.ts';
import { regexFault } from '../../check/regex.ts';

/** Conditions that Envoy refuses, or that no request can meet. Those of gateway routes are checked likewise. */
export function reportMatch(
  { match, protocol, path }: Pick<RouterRoute, 'match' | 'protocol' | 'path'>,
  report: Report,
): void {
  const at = `${path}.match`;
  if (match.path?.kind === 'regex') reportRegex(match.path.value, `${at}.path.regex`, report);
  const list = protocol === 'grpc' ? 'metadata' : 'headers';
  for (const [index, each] of match.headers.entries()) reportHeader(each, `${at}.${list}[${index}]`, report);
  for (const [index, each] of match.queryParameters.entries())
    reportParameter(each, `${at}.queryParameters[${index}]`, report);
}

function reportRegex(regex: string, path: string, report: Report): void {
  const fault = regexFault(regex);
  if (fault !== undefined)
    report.refuse(path, `RE2, which Envoy uses, refuses it: ${fault}`, 'an expression in the syntax of RE2');
}

/** A token of HTTP, or what Envoy calls the parts of a request line. */
const headerName = /^(:method|:scheme|:authority|:path|[!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

function reportHeader({ name, match }: NamedMatch, path: string, report: Report): void {
  if (!headerName.test(name))
    report.refuse(
      `${path}.name`,
      `${JSON.stringify(name)} is not the name of a header`,
      'the name of a header',
    );
  if (match?.regex) reportRegex(match.regex, `${path}.match.regex`, report);
}

const maxParameterBytes = 1024;

function reportParameter({ name }: QueryParameter, path: string, report: Report): void {
  const { length } = new TextEncoder().encode(name);
  if (length === 0 || length > maxParameterBytes)
    report.refuse(
      `${path}.name`,
      `has ${length} bytes`,
      `the name of a query parameter, of 1 to ${maxParameterBytes} bytes`,
    );
}
