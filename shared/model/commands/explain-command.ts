import { defaultPlaygroundUrl, type Place } from './place.ts';
import { shellWords } from './shell-words.ts';

interface PodSubject {
  readonly pod: { readonly cluster?: string; readonly namespace: string; readonly name: string };
}
interface ServiceSubject {
  /** `namespace/service`, as Cloud Map names them. */
  readonly service: string;
  readonly cluster?: string;
}
interface InstanceSubject {
  readonly instance: string;
  readonly service?: string;
}
interface ObjectSubject {
  readonly cluster?: string;
  /** A Mesh has no namespace. */
  readonly object: { readonly kind: string; readonly namespace?: string; readonly name: string };
}
interface RequestSubject {
  readonly cluster?: string;
  /** The fields of a request as the function `explain` takes them. */
  readonly request: {
    readonly from: string;
    readonly host: string;
    readonly port?: number;
    readonly scheme?: string;
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly protocol?: string;
  };
}

/** What `explain` can explain. Without a cluster it is the only one of the deployment. */
export type ExplainSubject = PodSubject | ServiceSubject | InstanceSubject | ObjectSubject | RequestSubject;

/** The `npm run explain` command, as it can be pasted into a shell in the project's folder. */
export function explainCommand({
  subject,
  place,
}: {
  readonly subject: ExplainSubject;
  readonly place: Place;
}): string {
  return shellWords(['npm', 'run', 'explain', '--', ...subjectWords(subject), ...placeWords(place)]);
}

/** Of `npm run explain`. */
function subjectWords(subject: ExplainSubject): readonly string[] {
  if ('pod' in subject) return ['pod', slashed(subject.pod), ...option('cluster', subject.pod.cluster)];
  if ('object' in subject)
    return ['object', subject.object.kind, slashed(subject.object), ...option('cluster', subject.cluster)];
  if ('request' in subject)
    return ['request', ...requestWords(subject.request), ...option('cluster', subject.cluster)];
  if ('instance' in subject) return ['instance', subject.instance, ...option('service', subject.service)];
  return ['service', subject.service, ...option('cluster', subject.cluster)];
}

function requestWords(request: RequestSubject['request']): readonly string[] {
  const { from, host, port, scheme, method, path, headers = {}, protocol } = request;
  return [
    ...option('from', from),
    ...option('host', host),
    ...option('port', port?.toString()),
    ...option('scheme', scheme),
    ...option('method', method),
    ...option('path', path),
    ...option('protocol', protocol),
    ...Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => option('header', `${name}: ${value}`)),
    ),
  ];
}

function placeWords(place: Place): readonly string[] {
  if (place.kind === 'deployment') return ['--stage', place.stage, '--region', place.region];
  return place.url === defaultPlaygroundUrl ? ['--playground'] : ['--playground', place.url];
}

function slashed({ namespace = '', name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name}`, value];
}
