import { describe, expect, it } from 'vitest';
import { accessLogOf } from '../../../../../shared/mesh/targets/envoy/translate/access-log.ts';
import { chainsOf, type Fields, filterOf, ingress, listening, reported } from './translated.ts';

const logging = (format?: Fields, path = '/dev/stdout') => ({ accessLog: { file: { path, format } } });
const configOf = (format?: Fields) => (accessLogOf(logging(format))[0] as Fields).typed_config;

describe('the access log', () => {
  it('without logging there is none', () => {
    expect(accessLogOf(undefined)).toEqual([]);
    expect(accessLogOf({})).toEqual([]);
  });

  it.each(['http', 'tcp'])('a listener of %s writes it', (protocol) => {
    const [chain] = chainsOf(ingress(listening({}, { logging: logging() }, protocol)));
    expect(filterOf(chain).access_log.map(({ name }: Fields) => name)).toEqual([
      'envoy.access_loggers.stdout',
    ]);
  });

  it('another file must be one that Envoy can write, which is stated', () => {
    const node = listening({}, { logging: logging(undefined, '/var/log/access.log') });
    expect(filterOf(chainsOf(ingress(node))[0]).access_log[0].typed_config.path).toBe('/var/log/access.log');
    expect(reported('VirtualNode', 'blue', node)).toEqual(['differs spec.logging.accessLog.file.path']);
  });

  it('is an extension of Envoy for a stream, and another for a file', () => {
    const named = (path: string) => accessLogOf(logging(undefined, path))[0] as Fields;
    const type = 'type.googleapis.com/envoy.extensions.access_loggers';
    for (const [path, name, own] of [
      ['/dev/stdout', 'stdout', 'Stdout'],
      ['/dev/stderr', 'stderr', 'Stderr'],
    ] as const)
      expect(named(path)).toEqual({
        name: `envoy.access_loggers.${name}`,
        typed_config: { '@type': `${type}.stream.v3.${own}AccessLog` },
      });
    expect(named('/var/log/x')).toEqual({
      name: 'envoy.access_loggers.file',
      typed_config: { '@type': `${type}.file.v3.FileAccessLog`, path: '/var/log/x' },
    });
  });

  it('a text is passed on as it is', () => {
    const text = '%REQ(:METHOD)% %RESPONSE_CODE% 100%%\n';
    expect(configOf({ text }).log_format).toEqual({ text_format_source: { inline_string: text } });
  });

  it('pairs of key and value become JSON', () => {
    const json = [
      { key: 'code', value: '%RESPONSE_CODE%' },
      { key: 'path', value: '%REQ_WITHOUT_QUERY(:PATH)%' },
    ];
    expect(configOf({ json }).log_format).toEqual({
      json_format: { code: '%RESPONSE_CODE%', path: '%REQ_WITHOUT_QUERY(:PATH)%' },
      formatters: [
        {
          name: 'envoy.formatter.req_without_query',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery',
          },
        },
      ],
    });
  });

  it.each(['%FOO%', '100%', '%REQ(a?b?c)%', '%PROTOCOL%:%REQ%', '%RESPONSE_CODE:3%'])(
    'Envoy would refuse %o, so it logs in its default format, which is stated',
    (text) => {
      expect(configOf({ text })).not.toHaveProperty('log_format');
      expect(reported('VirtualNode', 'blue', listening({}, { logging: logging({ text }) }))).toEqual([
        'differs spec.logging.accessLog.file.format.text',
      ]);
    },
  );
});
