import type { CloudWatchDescription } from './cloud-watch/cloud-watch.ts';

/** The resources of the embedded AWS, as plain data. */
export interface Topology {
  readonly eventBus: string;
  /** Delivers calls that change something as events to the default event bus, as CloudTrail does; by default none. */
  readonly cloudTrail?: CloudTrailDescription | undefined;
  readonly table: string;
  readonly queues: readonly QueueDescription[];
  readonly rules: readonly RuleDescription[];
  readonly functions: readonly FunctionDescription[];
  readonly mappings: readonly MappingDescription[];
  readonly schedules: readonly ScheduleDescription[];
  /** The alarms of CloudWatch; by default none. */
  readonly cloudWatch?: CloudWatchDescription | undefined;
}

/** A FIFO queue. */
export interface QueueDescription {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationScope: 'messageGroup' | 'queue';
  readonly fifoThroughputLimit: 'perMessageGroupId' | 'perQueue';
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number } | undefined;
}

export interface CloudTrailDescription {
  /** From the end of a call until its event; on AWS from seconds to minutes. */
  readonly deliveredAfterMs: number;
}

export interface RuleDescription {
  readonly name: string;
  /** `default` for a rule of the account's default event bus; else it is a rule of the topology's bus. */
  readonly eventBus?: 'default' | undefined;
  /** An EventBridge event pattern. */
  readonly eventPattern: Readonly<Record<string, unknown>>;
  readonly target: {
    readonly queue: string;
    /** The content of the message; by default the whole event. */
    readonly inputTransformer?: InputTransformer | undefined;
    /** A JSON path into the whole event; a text that does not begin with `$` is the group itself. */
    readonly messageGroupId: string;
  };
}

export interface InputTransformer {
  /** JSON paths into the whole event, such as `$.detail.group`, by their names in the template. */
  readonly inputPathsMap: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

export interface FunctionDescription {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** The maximum number of environments; further invocations are throttled. */
  readonly maximumConcurrency: number;
  /** Environment variable → the queue whose URL it contains, for a function that sends messages. */
  readonly queueUrls?: Readonly<Record<string, string>> | undefined;
}

export interface MappingDescription {
  readonly queue: string;
  readonly function: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportBatchItemFailures: boolean;
}

/** A rule with a rate. */
export type ScheduleDescription = FunctionSchedule | QueueSchedule;

/** It invokes a function. */
export interface FunctionSchedule {
  readonly name: string;
  readonly everyMinutes: number;
  readonly function: string;
  /** The constant event. */
  readonly input: unknown;
}

/** It sends a message to a queue, as a rule of the bus does. */
export interface QueueSchedule {
  readonly name: string;
  readonly everyMinutes: number;
  readonly target: RuleDescription['target'];
}
