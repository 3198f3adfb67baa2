import type { Logging } from '../../../../model/mesh/logging.ts';
import type { Report } from '../../../plan/report.ts';
import { formatFault } from '../check/format.ts';
import { extension, type Fields } from './typed.ts';

type Format = NonNullable<NonNullable<NonNullable<Logging['accessLog']>['file']>['format']>;

/** The `access_log` of a listener; empty without logging. The format is passed on as it is, so a text ends its own lines. */
export function accessLogOf(logging: Logging | null | undefined): readonly Fields[] {
  const file = logging?.accessLog?.file;
  if (!file) return [];
  const format = file.format && faultOf(file.format) === undefined ? logFormat(file.format) : undefined;
  const fields = format ? { log_format: format } : {};
  const stream = Object.hasOwn(streams, file.path) ? streams[file.path] : undefined;
  if (stream)
    return [
      extension(
        `envoy.access_loggers.${stream.toLowerCase()}`,
        `envoy.extensions.access_loggers.stream.v3.${stream}AccessLog`,
        fields,
      ),
    ];
  return [
    extension('envoy.access_loggers.file', 'envoy.extensions.access_loggers.file.v3.FileAccessLog', {
      path: file.path,
      ...fields,
    }),
  ];
}

/** These are open already; whether a process may open them by their path depends on the container's runtime. */
const streams: Readonly<Record<string, string>> = { '/dev/stdout': 'Stdout', '/dev/stderr': 'Stderr' };

function logFormat(format: Format): Fields {
  const { json, text } = format;
  const formatter = extension(
    'envoy.formatter.req_without_query',
    'envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery',
  );
  return {
    ...(json
      ? { json_format: Object.fromEntries(json.map(({ key, value }) => [key, value])) }
      : { text_format_source: { inline_string: text ?? '' } }),
    ...(patternsOf(format).some((each) => withoutQuery.test(each)) && { formatters: [formatter] }),
  };
}

/** App Mesh's guide recommends it; it is an extension of Envoy that a log has to name. */
const withoutQuery = /%REQ_WITHOUT_QUERY\(/;

function patternsOf({ json, text }: Format): readonly string[] {
  return json ? json.map(({ value }) => value) : [text ?? ''];
}

function faultOf(format: Format): string | undefined {
  for (const pattern of patternsOf(format)) {
    const fault = formatFault(pattern);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** A format that Envoy would refuse takes its whole listener down, so it is left out. */
export function reportAccessLog(logging: Logging | null | undefined, report: Report): void {
  const { path, format } = logging?.accessLog?.file ?? {};
  const at = 'spec.logging.accessLog.file';
  if (path !== undefined && !Object.hasOwn(streams, path))
    report.differ(
      `${at}.path`,
      'Envoy refuses the listener if it cannot write there: the directory must be in its container, and writable by user 1337',
      '/dev/stdout',
    );
  const fault = format && faultOf(format);
  if (fault !== undefined)
    report.differ(
      `${at}.format.${format?.json ? 'json' : 'text'}`,
      `${fault}, so that Envoy logs in its default format`,
      'the operators of Envoy 1.40; %% stands for a percent sign',
    );
}
