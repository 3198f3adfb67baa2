import { describe, expect, it } from 'vitest';
import {
  accessLogs,
  addedHeaders,
  address,
  isAddress,
  regex,
  removedHeaders,
  stringMatcher,
} from '../../../../../shared/mesh/targets/envoy/check/core.ts';
import { type Case, faultsOf } from './found.ts';

describe('an IP address', () => {
  it.each(['0.0.0.0', '10.0.0.7', '99.100.199.249', '255.254.250.200', '::1', '::', 'fd00::a:1'])(
    'is %s',
    (text) => {
      expect(isAddress(text)).toBe(true);
    },
  );

  it.each([
    ...['', 'a.shop', 'a', '10.0.0', '10.0.0.7.1', '10.0.0.256', '260.0.0.1', '10.0.0.7a', 'a10.0.0.7'],
    ...[':', 'a:b', '10.0.0.7:80', '1::2::3', '10.0.0.1234', '10,0,0,7'],
  ])('is not %j', (text) => {
    expect(isAddress(text)).toBe(false);
  });
});

describe('the address of a socket', () => {
  const socket = (host: unknown) => ({ socket_address: { address: host, port_value: 80 } });
  const of = (names: boolean, host: unknown) => faultsOf(address({ names }), socket(host));
  const place = 'socket_address.address';

  it('is an IP address', () => {
    expect(of(false, '10.0.0.7')).toEqual([]);
    expect(of(false, 'a.shop')).toEqual([`${place}: is not an IP address: a.shop`]);
    expect(of(false, 1)).toEqual([`${place}: must be a text`]);
    expect(of(false, '')).toEqual([`${place}: must not be empty`, `${place}: is not an IP address: `]);
  });

  it.each(['TCP', 'UDP'])('may be of the protocol %s', (protocol) => {
    const { socket_address } = socket('10.0.0.7');
    expect(faultsOf(address({ names: false }), { socket_address: { ...socket_address, protocol } })).toEqual(
      [],
    );
  });

  it('may be a host name where names may stand', () => {
    expect(of(true, '10.0.0.7')).toEqual([]);
    expect(of(true, 'a.shop')).toEqual([]);
    expect(of(true, 1)).toEqual([`${place}: must be a text`]);
    expect(of(true, '')).toEqual([`${place}: must not be empty`]);
  });
});

describe('matches of texts', () => {
  it.each<Case>([
    ['a+', []],
    ['(', [': is not a regular expression of RE2: missing )']],
    ['', [': must not be empty']],
    [1, [': must be a text']],
  ])('by the regular expression %j: %j', (value, faults) => {
    expect(faultsOf(regex, value)).toEqual(faults);
  });

  it.each<Case>([
    [{ exact: '' }, []],
    [{ prefix: 'a', ignore_case: true }, []],
    [{ prefix: '' }, ['prefix: must not be empty']],
    [
      { exact: 'a', suffix: 'b' },
      [': must have one of exact, prefix, suffix, contains, safe_regex; it has 2'],
    ],
    [{ safe_regex: {} }, ['safe_regex.regex: is required']],
  ])('%j: %j', (value, faults) => {
    expect(faultsOf(stringMatcher, value)).toEqual(faults);
  });
});

describe('headers that are changed', () => {
  const isProtected = 'must not be a pseudo header or host';
  const long = 'x'.repeat(16_385);

  it.each<readonly [header: unknown, faults: readonly string[]]>([
    [{ key: 'x-a', value: '%REQ(:PATH)%' }, []],
    [{ key: 'x:a' }, []],
    [{ key: 'hostile' }, []],
    [{ key: 'x-host' }, []],
    [{ key: ':path' }, [`key: ${isProtected}`]],
    [{ key: 'Host' }, [`key: ${isProtected}`]],
    [{ key: 1 }, ['key: must be a text']],
    [{ key: [':path'] }, ['key: must be a text']],
    [{ key: '' }, ['key: must not be empty']],
    [{ value: 'a' }, ['key: is required']],
    [{ key: 'a', value: '50% of' }, ['value: has no command of Envoy at "% of"']],
    [{ key: 'a', value: 'a\nb' }, ['value: must match ^[^\\0\\n\\r]*$']],
    [{ key: 'a', value: long }, ['value: must have at most 16384 bytes']],
    [{ key: 'a', value: 1 }, ['value: must be a text']],
  ])('%#: added', (header, faults) => {
    expect(faultsOf(addedHeaders, [{ header }])).toEqual(faults.map((fault) => `[0].header.${fault}`));
  });

  it.each<readonly [name: unknown, faults: readonly string[]]>([
    ['x-a', []],
    ['x-host', []],
    ['host', [isProtected]],
    [':method', [isProtected]],
    ['', ['must not be empty']],
    ['a\r', ['must match ^[^\\0\\n\\r]*$']],
    [1, ['must be a text']],
    [[':path'], ['must be a text']],
  ])('removed: %j', (name, faults) => {
    expect(faultsOf(removedHeaders, ['x-b', name])).toEqual(faults.map((fault) => `[1]: ${fault}`));
  });
});

describe('the format of an access log', () => {
  const type = 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog';
  const of = (format: unknown) =>
    faultsOf(accessLogs, [{ typed_config: { '@type': type, path: '/log', log_format: format } }]).map(
      (fault) => fault.replace('[0].typed_config.log_format', 'format'),
    );
  const formatters = [
    {
      name: 'a',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery',
      },
    },
  ];
  const text = (value: unknown) => ({ text_format_source: { inline_string: value } });
  const unknown = 'has the command %FOO%, which Envoy does not know';
  const missing = ['format.formatters: must have that of REQ_WITHOUT_QUERY'];

  it.each<readonly [format: unknown, faults: readonly string[]]>([
    [text('%REQ(A)%'), []],
    [text('%FOO%'), [`format.text_format_source.inline_string: ${unknown}`]],
    [text(1), ['format.text_format_source.inline_string: must be a text']],
    [{ json_format: { a: '%REQ(A)%', b: 1, c: null, d: true } }, []],
    [{ json_format: { a: '%FOO%' } }, [`format.json_format.a: ${unknown}`]],
    [{ json_format: { a: { b: ['x', '%FOO%'] } } }, [`format.json_format.a.b.1: ${unknown}`]],
    [{ json_format: 'a' }, ['format.json_format: must be an object']],
    [{ json_format: ['a'] }, ['format.json_format: must be an object']],
    [{ json_format: '%FOO%' }, ['format.json_format: must be an object', `format.json_format: ${unknown}`]],
    [{}, ['format: must have one of text_format_source, json_format; it has 0']],
    [text('%REQ_WITHOUT_QUERY(:PATH)%'), missing],
    [{ ...text('%REQ_WITHOUT_QUERY(:PATH)%'), formatters: [] }, missing],
    [{ ...text('%REQ_WITHOUT_QUERY(:PATH)%'), formatters }, []],
    [{ json_format: { a: '%REQ_WITHOUT_QUERY(A)%' } }, missing],
    [{ json_format: { a: '%REQ_WITHOUT_QUERY(A)%' }, formatters }, []],
    [{ ...text('REQ_WITHOUT_QUERY'), formatters: [] }, []],
  ])('%j: %j', (format, faults) => {
    expect(of(format)).toEqual(faults);
  });
});
