import { randomUUID } from 'node:crypto';
import { account, region } from './account.ts';
import type { BusEvent } from './event-bridge/put-events.ts';
import type { AwsCall, AwsReply, AwsService } from './protocol.ts';
import type { CloudTrailDescription } from './topology.ts';

type Json = Readonly<Record<string, unknown>>;

/** CloudTrail's name for a service, its API version, and the members whose keys are not members of a shape. */
const trailed: Readonly<Record<string, { readonly apiVersion: string; readonly maps: readonly string[] }>> = {
  servicediscovery: { apiVersion: '2017-03-14', maps: ['Attributes'] },
};

/**
 * CloudTrail, as far as EventBridge shows it: each call that changes something, also a refused one, becomes an event
 * `AWS API Call via CloudTrail` of the default bus after a delay. Calls that only read do not.
 */
export class CloudTrail {
  readonly #description: CloudTrailDescription | undefined;
  readonly #publish: (event: BusEvent) => void;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(description: CloudTrailDescription | undefined, publish: (event: BusEvent) => void) {
    this.#description = description;
    this.#publish = publish;
  }

  /** The same service, with its calls recorded if CloudTrail is on and knows the service. */
  watch(service: AwsService): AwsService {
    const { name } = service;
    if (this.#description === undefined || trailed[name] === undefined) return service;
    return {
      ...service,
      handle: async (operation, call) => {
        const reply = await service.handle(operation, call);
        if (reply !== undefined && !isReadOnly(operation)) this.#record(name, operation, call, reply);
        return reply;
      },
    };
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #record(service: string, operation: string, call: AwsCall, reply: AwsReply): void {
    const event = trailEvent(service, operation, call, reply);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#publish(event);
    }, this.#description?.deliveredAfterMs ?? 0);
    this.#timers.add(timer.unref());
  }
}

function isReadOnly(operation: string): boolean {
  return /^(Get|List|Discover|Describe)/.test(operation);
}

function trailEvent(service: string, eventName: string, call: AwsCall, reply: AwsReply): BusEvent {
  const { apiVersion = '', maps = [] } = trailed[service] ?? {};
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  const output = objectOf(String(reply.body));
  const isRefused = reply.status >= 400;
  const failure = { errorCode: output.__type, errorMessage: output.Message ?? output.message };
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEMBEDDED',
        arn: `arn:aws:iam::${account}:user/embedded`,
        accountId: account,
        userName: 'embedded',
      },
      eventTime: time,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: region,
      sourceIPAddress: '127.0.0.1',
      userAgent: String(call.headers['user-agent'] ?? ''),
      ...(isRefused && failure),
      requestParameters: elements(objectOf(call.body.toString('utf8')), maps),
      responseElements: isRefused ? null : elements(output, maps),
      requestID: call.requestId,
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsApiCall',
      apiVersion,
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
    },
  };
}

/** An empty object is null in CloudTrail. */
function elements(value: Json, maps: readonly string[]): Json | null {
  return Object.keys(value).length === 0 ? null : (decapitalised(value, maps) as Json);
}

/** `ServiceId` is `serviceId`, and `TTL` is `tTL`; the keys of a map stay. */
function decapitalised(value: unknown, maps: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => decapitalised(item, maps));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    maps.includes(name) ? member : isDate(name, member) ? dateText(member) : decapitalised(member, maps),
  ]);
  return Object.fromEntries(members);
}

function isDate(name: string, value: unknown): value is number {
  return name.endsWith('Date') && typeof value === 'number';
}

/** `Nov 27, 2026, 10:31:05 PM`. */
function dateText(epochSeconds: number): string {
  const style = { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' } as const;
  return new Date(epochSeconds * 1000).toLocaleString('en-US', style).replaceAll('\u202f', ' ');
}

function objectOf(json: string): Json {
  try {
    return Object(JSON.parse(json)) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
