/**
 * The measured usage of the functions. test/deploy/usage.slow.test.ts measures again and fails unless each value is at least the
 * measured one and at most half more. DynamoDB units: 4 KB of a consistent read, 1 KB of a write.
 */
export const podEvent = {
  readUnits: 7,
  writeUnits: 2.7,
  /** Cloud Map calls that change something, or check the owner of an instance id. */
  cloudMapCalls: 0.5,
} as const;

export const sweep = {
  /** Reads of the observed pod, its claim, and its other records. */
  readUnitsPerPod: 0.5,
  /** Objects by kind and their statuses, what is known of services, and which were ever used. */
  readUnits: 19,
  /** Its report, and now and then the account-wide budget of calls that list. */
  writeUnits: 2,
} as const;

/** Reads per pod for a listing of the relay, every ten minutes. */
export const listing = {
  readUnitsPerPod: 0.3,
  /** Of each part. */
  readUnits: 1,
  bytesPerPod: 110,
  everyMinutes: 10,
  podsPerEvent: 1000,
  /** Namespaces and the mesh kinds. */
  otherKinds: 8,
} as const;

/** ServiceEntries. */
export const entries = {
  /** Reads of a service after a notified change: at once, until it is seen, and once more. */
  checks: 3,
  /** Of a read that is put off: received early, received when due, handled. */
  invocationsPerCheck: 3,
  requestsPerCheck: 8,
  /** Of the record of a service. */
  bytesPerService: 500,
  concurrentReads: 25,
} as const;

/** Stored bytes per pod: the observed pod and its claim. */
export const storedBytesPerPod = 2500;

/** Duration of a call in seconds, from AWS's metrics; the functions' own work takes less than a millisecond. */
export const latency = { dynamoDb: 0.005, cloudMap: 0.1, discovery: 0.02, invocation: 0.02 } as const;

/** As in serverless.yml. */
export const gigabytes = { queueFunction: 0.5, sweep: 1769 / 1024 } as const;

/** Lambda runs five long polls of 20 seconds on each of the two queues while they are empty. */
export const idleReceives = { queues: 2, pollers: 5, seconds: 20 } as const;

/** SQS requests a KMS data key every five minutes per sender and receiver: (2 × senders + receivers) per queue. */
export const keyRequests = { queues: 2, perFiveMinutes: 2 * 2 + 1 } as const;

/** Log lines of Lambda and the functions per invocation. */
export const logBytesPerInvocation = 750;

/**
 * Metrics with values in most hours: accepted registrations and deregistrations, their lags, the fullest service, findings (in
 * all and of one kind), repairs; and the heartbeat of each cluster's relay. Failure metrics cost only in hours with failures.
 */
export const steadyMetrics = 8;
export const metricsOfCluster = 1;

/** Metrics that the alarms read (deploy/alarms), apart from one of each cluster: each costs as much as an alarm. */
export const alarmMetrics = 19;
