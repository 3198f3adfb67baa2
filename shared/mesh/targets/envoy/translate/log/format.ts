import { ofHeaders, plain, withKey, withOptional } from './operators.ts';

/** Uses a formatter that is an extension of Envoy. */
const withoutQuery = /%REQ_WITHOUT_QUERY\(/;

export function needsFormatter(format: string): boolean {
  return withoutQuery.test(format);
}

const operator = /%([A-Z0-9_]+)(?:\((.*?)\))?(?::(\d{1,9}))?%/y;
const headers = /^[!#$%&'*+.^_`|~0-9A-Za-z:-]+(\?[!#$%&'*+.^_`|~0-9A-Za-z:-]+)?$/;

/** What Envoy would refuse in the format of an access log, such as `%FOO%`; undefined: nothing. */
export function formatFault(format: string): string | undefined {
  for (let at = format.indexOf('%'); at >= 0; at = format.indexOf('%', at)) {
    if (format[at + 1] === '%') {
      at += 2;
      continue;
    }
    operator.lastIndex = at;
    const found = operator.exec(format);
    if (found === null) return format.slice(at, at + 20);
    const [whole, name = '', parameter = '', length] = found;
    if (!isKnown(name, parameter, length)) return whole;
    at += whole.length;
  }
  return undefined;
}

function isKnown(name: string, parameter: string, length: string | undefined): boolean {
  if (ofHeaders.has(name)) return headers.test(parameter);
  if (withKey.has(name)) return parameter !== '';
  if (length !== undefined) return false;
  return withOptional.has(name) || (plain.has(name) && parameter === '');
}
