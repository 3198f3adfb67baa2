import { randomUUID } from 'node:crypto';
import { account, region } from '../account.ts';
import type { JsonInput } from '../json-service.ts';
import { AwsError } from '../protocol.ts';

/** 1 MiB per request since 2025; 256 KB before. */
const maximumBytes = 1_048_576;

/** An event as rules match it and targets receive it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ResultEntry {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

/**
 * PutEvents: validates the request, then each entry. Passes each accepted event and the name of its bus to `publish`.
 * Throws a ValidationException if the request as a whole is invalid.
 */
export function putEvents(
  input: JsonInput,
  publish: (bus: string, event: BusEvent) => void,
): { readonly FailedEntryCount: number; readonly Entries: readonly ResultEntry[] } {
  const entries = entriesOf(input);
  const Entries = entries.map((entry): ResultEntry => {
    const refusal = refusalOf(entry);
    if (refusal !== undefined) return refusal;
    const event = eventOf(entry);
    publish(busName(entry.EventBusName), event);
    return { EventId: event.id };
  });
  return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries };
}

/** The bus name of a name or an ARN; the default bus if absent. */
export function busName(nameOrArn: unknown): string {
  return typeof nameOrArn === 'string' ? (nameOrArn.split('/').at(-1) ?? nameOrArn) : 'default';
}

function entriesOf(input: JsonInput): readonly JsonInput[] {
  const entries = (Array.isArray(input.Entries) ? input.Entries : []) as JsonInput[];
  if (entries.length < 1) throw constraint('greater than or equal to 1');
  if (entries.length > 10) throw constraint('less than or equal to 10');
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > maximumBytes)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  return entries;
}

function constraint(bound: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

/** The size by the user guide, "Calculating PutEvents event entry size": a time is 14 bytes. */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: JsonInput): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  const bytes = texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  );
  return bytes + (Time === undefined ? 0 : 14);
}

function refusalOf(entry: JsonInput): ResultEntry | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'])
    if (typeof entry[name] !== 'string' || entry[name] === '')
      return refusal(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
  if (String(entry.Source).startsWith('aws.'))
    return refusal('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (String(entry.DetailType).length > 128)
    return refusal(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is longer than 128 characters.',
    );
  return parseDetail(entry) === undefined ? refusal('MalformedDetail', 'Detail is malformed.') : undefined;
}

function refusal(ErrorCode: string, ErrorMessage: string): ResultEntry {
  return { ErrorCode, ErrorMessage };
}

function parseDetail({ Detail }: JsonInput): BusEvent['detail'] | undefined {
  try {
    const detail: unknown = JSON.parse(String(Detail));
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
    return isObject ? (detail as BusEvent['detail']) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function eventOf(entry: JsonInput): BusEvent {
  const time = typeof entry.Time === 'number' ? new Date(entry.Time * 1000) : new Date();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': String(entry.DetailType),
    source: String(entry.Source),
    account,
    time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: Array.isArray(entry.Resources) ? entry.Resources.map(String) : [],
    detail: parseDetail(entry) ?? {},
  };
}
