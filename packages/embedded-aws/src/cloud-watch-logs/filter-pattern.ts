import { AwsError } from '../protocol.ts';

const term = /([?-]?)(?:"([^"]*)"|([^\s"{}[\]]+))/y;

/**
 * The unstructured patterns of CloudWatch Logs: terms that must all occur, of those with `?` any one, none of those with `-`.
 * Patterns for JSON and for columns are refused.
 */
export function filterPattern(pattern: string): (message: string) => boolean {
  const terms = termsOf(pattern);
  const of = (sign: string) => terms.filter((each) => each.sign === sign).map(({ text }) => text);
  const [required, optional, excluded] = [of(''), of('?'), of('-')];
  return (message) =>
    required.every((text) => message.includes(text)) &&
    (optional.length === 0 || required.length > 0 || optional.some((text) => message.includes(text))) &&
    !excluded.some((text) => message.includes(text));
}

function termsOf(pattern: string): readonly { readonly sign: string; readonly text: string }[] {
  const terms = [];
  let rest = pattern.trim();
  while (rest !== '') {
    term.lastIndex = 0;
    const [all = '', sign = '', quoted, bare = ''] = term.exec(rest) ?? [];
    if (all === '') throw new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern}`);
    terms.push({ sign, text: quoted ?? bare });
    rest = rest.slice(all.length).trimStart();
  }
  return terms;
}
