import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFault } from '../../../shared/mesh/targets/envoy/check/format.ts';
import { regexFault } from '../../../shared/mesh/targets/envoy/check/regex.ts';
import type { ProxyConfig } from '../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { missingEnvoy } from '../find.ts';
import { type Keys, someKeys } from '../validate/keys.ts';
import { disagreements } from './agreement.ts';
import { minimal } from './minimal.ts';

const count = Number(process.env.ENVOY_RUNS ?? 100) / 2;

const regexParts = [
  ...[
    'a',
    'b',
    '.',
    '*',
    '+',
    '?',
    '{2}',
    '{2,}',
    '{2,3}',
    '{3,2}',
    '{0}',
    '{01}',
    '{,3}',
    '{1001}',
    '{500}',
  ],
  ...[
    '{',
    '}',
    '(',
    ')',
    '(',
    ')',
    '(?:',
    '(?i)',
    '(?-i)',
    '(?s-m:',
    '(?P<n>',
    '(?<m>',
    '(?=',
    '(?<!',
    '(?P=n)',
  ],
  ...['(?#', '(?', '(?>', '(?x)', '(?U)', '[', '[^', ']', '[a-z]', '[z-a]', '[]a]', '[a-]', '[[:alpha:]]'],
  ...[
    '[[:foo:]]',
    '[\\d-z]',
    '[a-\\d]',
    '\\d',
    '\\w',
    '\\b',
    '\\A',
    '\\z',
    '\\Z',
    '\\C',
    '\\Q',
    '\\E',
    '\\pL',
  ],
  ...[
    '\\p{Greek}',
    '\\p{Foo}',
    '\\p{^Lu}',
    '\\p',
    '\\1',
    '\\12',
    '\\07',
    '\\x41',
    '\\x{110000}',
    '\\xg',
    '\\n',
  ],
  ...[
    '\\e',
    '\\.',
    '\\_',
    '\\é',
    'é',
    '😀',
    '|',
    '^',
    '$',
    '-',
    '\\',
    '\\k<n>',
    '\\p{Han}',
    '\\p{Hani}',
    '\\u0041',
  ],
];
const formatParts = [
  ...['%REQ(', '%RESP(', '%TRAILER(', '%START_TIME', '%BYTES_SENT', '%GRPC_STATUS', '%FOO', '%QUERY_PARAM('],
  ...[
    '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT',
    '%UPSTREAM_HOST',
    '%RESPONSE_CODE_DETAILS',
    '%ROUTE_NAME',
    '%',
  ],
  ...[
    'X-A',
    ':PATH',
    '?',
    ')',
    '):5%',
    ')%',
    '%',
    '%%',
    ' ',
    '(',
    '()',
    ':7',
    'CAMEL_STRING',
    'a b',
    'é',
    '\n',
  ],
];

const textsOf = (parts: readonly string[], longest: number) => [
  ...parts,
  ...fc.sample(
    fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: longest }).map((each) => each.join('')),
    { numRuns: count },
  ),
];

const reason = missingEnvoy === undefined ? '' : ` (${missingEnvoy})`;
describe.skipIf(missingEnvoy !== undefined)(`texts that a real Envoy reads${reason}`, () => {
  let keys: Keys;
  beforeAll(() => {
    keys = someKeys();
  });
  afterAll(() => keys[Symbol.dispose]());
  const agreeOn = (texts: readonly string[], proxy: (text: string) => ProxyConfig) =>
    disagreements(
      texts.map((text) => ({ change: text, value: proxy(text) })),
      keys,
    );

  it('are regular expressions where the check says so', async () => {
    // The check takes smaller programs than Envoy, so that the limit of Envoy never decides.
    const texts = textsOf(regexParts, 5).filter((each) => !regexFault(each)?.startsWith('its program has'));
    expect(texts.some((each) => regexFault(each) === undefined)).toBe(true);
    expect(await agreeOn(texts, (regex) => minimal({ regex }))).toEqual([]);
  }, 300_000);

  it('are regular expressions up to the size that the check takes', async () => {
    const largest = [
      'a{1000}'.repeat(4),
      '[a-z]{1000}',
      '(?i)[a-z]{900}',
      '.{300}',
      '(a|b){500}',
      'x'.repeat(4000),
    ];
    expect(largest.map(regexFault)).toEqual(largest.map(() => undefined));
    expect(await agreeOn(largest, (regex) => minimal({ regex }))).toEqual([]);
  }, 60_000);

  it('are formats of access logs where the check says so', async () => {
    const texts = textsOf(formatParts, 5);
    expect(texts.some((each) => formatFault(each) === undefined)).toBe(true);
    expect(await agreeOn(texts, (format) => minimal({ format }))).toEqual([]);
  }, 300_000);
});
