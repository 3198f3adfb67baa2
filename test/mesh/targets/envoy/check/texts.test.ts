import { describe, expect, it } from 'vitest';
import { formatFault } from '../../../../../shared/mesh/targets/envoy/check/format.ts';
import { regexFault } from '../../../../../shared/mesh/targets/envoy/check/regex.ts';
import { isUnicodeClass } from '../../../../../shared/mesh/targets/envoy/check/unicode-class.ts';

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

  it.each<readonly [text: string, fault: string]>([
    ['50% of', 'has no command of Envoy at "% of"'],
    ['%% and %', 'has no command of Envoy at "%"'],
    [`a %${'b'.repeat(40)}`, `has no command of Envoy at "%${'b'.repeat(29)}"`],
    ['%FOO%', 'has the command %FOO%, which Envoy does not know'],
    ['%REQ(A)% %FOO(a)%', 'has the command %FOO(a)%, which Envoy does not know'],
    ['%PROTOCOL(x)%', 'has the command %PROTOCOL(x)%, which Envoy does not know with parameters'],
    ['%PROTOCOL:5%', 'has the command %PROTOCOL:5%, which Envoy does not know with parameters'],
    ['%START_TIME:5%', 'has the command %START_TIME:5%, which Envoy does not know with a length'],
    ['%REQ%', 'has the command %REQ%, which Envoy does not know without parameters'],
    ['%REQ(a b)%', 'has the command %REQ(a b)%, which Envoy does not know with these parameters'],
    ['%toString%', 'has no command of Envoy at "%toString%"'],
  ])('of %j it states: %s', (text, fault) => {
    expect(formatFault(text)).toBe(fault);
  });
});

describe('categories and scripts of Unicode', () => {
  it.each(['L', 'Lu', 'Any', 'Greek', 'Latin', 'Han', 'Thai', 'Old_Italic'])('has %s', (name) => {
    expect(isUnicodeClass(name)).toBe(true);
  });

  // The last are names that a regular expression of JavaScript knows, and RE2 does not.
  it.each([
    ...['', 'X', 'Lx', 'Foo', 'Foobar', 'greek', 'aGreek', 'Greek-', 'LL', 'Greek}|\\p{Script=Latin'],
    ...['Grek', 'Latn', 'Cyrl'],
  ])('has no %j', (name) => {
    expect(isUnicodeClass(name)).toBe(false);
  });
});
