import { describe, expect, it } from 'vitest';
import { formatFault } from '../../../../../shared/mesh/targets/envoy/check/format.ts';
import { regexFault } from '../../../../../shared/mesh/targets/envoy/check/regex.ts';

describe('regular expressions of RE2', () => {
  it.for([
    ...['/a/[0-9]+', '(?i)x|y', '(?P<n>a)\\d{2,5}?', '\\p{Greek}+\\pL', '[]a^-]', '\\Qa.b\\E', 'a{,3}'],
    ...['[[:alpha:]_]', 'x{1000}', '\\x{41}\\x41\\101', ''],
  ])('takes %s', (regex) => {
    expect(regexFault(regex)).toBeUndefined();
  });

  it.for([
    ...['(?=a)', '(?<!a)b', '(a)\\1', '\\k<n>', 'a**', '*', '(', ')', '[', '[z-a]', 'x{1001}', 'x{3,2}'],
    ...['(?:x{500}){3}', '\\', '\\y', '(?P<n>a)(?P<n>b)', '(?#c)', '(?>a)', '[[:foo:]]', '\\p{Foo}'],
  ])('refuses %s', (regex) => {
    expect(regexFault(regex)).toBeDefined();
  });

  it.each([
    '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,5}',
    '[A-Za-z0-9_-]{1,255}',
    '/v[0-9]+/users/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}(/.*)?',
  ])('%s, as manifests have them, is not too large', (regex) => {
    expect(regexFault(regex)).toBeUndefined();
  });

  it('reads a pattern with a large number of alternatives in linear time', () => {
    expect(regexFault('(a|b)*c?'.repeat(20_000))).toContain('its program has 240002 instructions');
  });
});

describe('texts with commands', () => {
  it.for([
    ...['', 'plain', '100%%', '%REQ(X-A?:PATH):10%', '%START_TIME(%Y-%m-%d)%', '%RESPONSE_CODE%\n'],
    ...['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', '%GRPC_STATUS(CAMEL_STRING)%'],
  ])('takes %s', (text) => {
    expect(formatFault(text)).toBeUndefined();
  });

  it.for([
    ...['%', '50% of', '%FOO%', '%REQ%', '%REQ()%', '%REQ(a?b?c)%', '%REQ(a b)%', '%req(a)%'],
    ...['%RESPONSE_CODE(x)%', '%BYTES_SENT:5%', '%GRPC_STATUS(x)%', '%BYTES_SENT%%'],
  ])('refuses %s', (text) => {
    expect(formatFault(text)).toBeDefined();
  });
});
