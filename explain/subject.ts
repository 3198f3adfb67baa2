import { UsageError } from './errors.ts';
import { kindNamed, kindNames } from './kinds.ts';

/** The fields of `explain`'s input that say what to explain, without the cluster. */
export type SubjectFields = Readonly<Record<string, unknown>>;

export interface RequestValues {
  readonly from?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly scheme?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly protocol?: string | undefined;
  readonly header?: readonly string[] | undefined;
}

export interface SubjectValues extends RequestValues {
  readonly namespace?: string | undefined;
  /** Of a name without a namespace, if `namespace` is not given either. */
  readonly defaultNamespace?: string | undefined;
  readonly service?: string | undefined;
}

/**
 * What the words name: `pod shop/front-1`, `pod front-1 -n shop`, `pod/front-1 -n shop`, `object VirtualNode shop/front`,
 * `vnode/front -n shop`, `service shop.local/front`, `instance 10.0.0.1` or `request`. Throws a UsageError.
 */
export function subjectOf(words: readonly string[], values: SubjectValues): SubjectFields {
  const [first, ...rest] = words;
  if (first === undefined) throw new UsageError(`nothing to explain is named; expected ${forms}`);
  const misplaced = misplacedOption(first, values);
  if (misplaced !== undefined) throw new UsageError(misplaced);
  if (first === 'request') return noMore(rest, { request: requestFields(values) });
  if (first === 'service')
    return oneWord(first, rest, 'NAMESPACE/SERVICE, as Cloud Map names them', (service) => ({ service }));
  if (first === 'instance')
    return oneWord(first, rest, 'an instance id', (instance) => ({
      instance,
      ...(values.service !== undefined && { service: values.service }),
    }));
  return objectFields(first === 'object' ? rest : words, values);
}

const forms =
  'pod NAMESPACE/NAME, service NAMESPACE/NAME, instance ID, object KIND NAMESPACE/NAME or request';

const requestOptions = ['from', 'host', 'port', 'scheme', 'method', 'path', 'protocol', 'header'] as const;

function misplacedOption(subject: string, values: SubjectValues): string | undefined {
  const ofRequest = requestOptions.find((name) => values[name] !== undefined);
  if (subject !== 'request' && ofRequest !== undefined) return `--${ofRequest} goes with request only`;
  if (subject !== 'instance' && values.service !== undefined) return '--service goes with instance only';
  return undefined;
}

function noMore(rest: readonly string[], fields: SubjectFields): SubjectFields {
  if (rest.length === 0) return fields;
  throw new UsageError(`${JSON.stringify(rest[0])} is one word too many; expected ${forms}`);
}

function oneWord(
  subject: string,
  [word, ...rest]: readonly string[],
  expected: string,
  fields: (word: string) => SubjectFields,
): SubjectFields {
  if (word === undefined) throw new UsageError(`${subject} is followed by nothing; expected ${expected}`);
  return noMore(rest, fields(word));
}

/** `KIND/NAME`, `KIND NAME` or `KIND NAMESPACE/NAME`. */
function objectFields(words: readonly string[], values: SubjectValues): SubjectFields {
  const [first = '', ...others] = words;
  const slash = first.indexOf('/');
  const [word, rest] =
    slash === -1 ? [first, others] : [first.slice(0, slash), [first.slice(slash + 1), ...others]];
  const kind = kindNamed(word);
  if (kind === undefined)
    throw new UsageError(
      `${JSON.stringify(word)} cannot be explained; expected ${forms}, with one of the kinds ${kindNames.join(', ')}`,
    );
  const [name, ...more] = rest;
  if (!name)
    throw new UsageError(`no name after ${word}; expected ${kind === 'Mesh' ? 'NAME' : 'NAMESPACE/NAME'}`);
  const place = placeOfName(kind, name, values);
  if (kind !== 'Pod') return noMore(more, { object: { kind, ...place } });
  return noMore(more, { namespace: place.namespace, pod: place.name });
}

function placeOfName(
  kind: string,
  text: string,
  { namespace, defaultNamespace }: SubjectValues,
): { namespace?: string; name: string } {
  const parts = text.split('/');
  const [own, name] = parts.length === 1 ? [undefined, text] : [parts[0], parts.slice(1).join('/')];
  if (!name || name.includes('/') || own === '')
    throw new UsageError(`${JSON.stringify(text)} is not a name; expected NAMESPACE/NAME`);
  if (kind === 'Mesh') {
    if (own !== undefined) throw new UsageError('a Mesh has no namespace; expected NAME');
    return { name };
  }
  if (own !== undefined && namespace !== undefined && own !== namespace)
    throw new UsageError(`${text} is in namespace ${own}, and --namespace is ${namespace}`);
  const its = own ?? namespace ?? defaultNamespace;
  if (its === undefined)
    throw new UsageError(
      `the namespace of ${kind} ${name} is missing; expected NAMESPACE/NAME, or --namespace NAMESPACE`,
    );
  return { namespace: its, name };
}

function requestFields({ header = [], port, ...values }: RequestValues): SubjectFields {
  const { from, host, scheme, method, path, protocol } = values;
  if (from === undefined || host === undefined)
    throw new UsageError(
      `request needs --from "VirtualNode NAMESPACE/NAME" (or "VirtualGateway NAMESPACE/NAME") and --host HOST; ${from === undefined ? '--from' : '--host'} is missing`,
    );
  if (port !== undefined && !/^\d{1,5}$/.test(port))
    throw new UsageError(`--port is ${JSON.stringify(port)}; expected 1 to 65535`);
  const given = {
    from,
    host,
    port: port === undefined ? undefined : Number(port),
    scheme,
    method,
    path,
    protocol,
  };
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return header.length === 0 ? fields : { ...fields, headers: headersOf(header) };
}

/** Those that are given repeatedly are sent repeatedly, whatever the case of their names. */
function headersOf(header: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const byName = Map.groupBy(header.map(headerOf), ([name]) => name.toLowerCase());
  return Object.fromEntries(
    [...byName.values()].map((all) => {
      const [name = '', value = ''] = all[0] ?? [];
      return [name, all.length === 1 ? value : all.map(([, each]) => each)];
    }),
  );
}

function headerOf(text: string): readonly [string, string] {
  const colon = text.indexOf(':');
  if (colon > 0) return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
  throw new UsageError(`--header is ${JSON.stringify(text)}; expected "NAME: VALUE"`);
}
