/**
 * What the functions use, measured; test/deploy/usage.test.ts measures again, and fails where one of these says less
 * than half more than is true. Units as DynamoDB counts them: 4 KB of a consistent read, 1 KB of a write.
 */
export const podEvent = {
  readUnits: 6.5,
  writeUnits: 2.7,
  /** Cloud Map calls that change something, or look whose an instance id is. */
  cloudMapCalls: 0.5,
} as const;

export const sweep = {
  /** Of the pod as seen, its claim, and what is stored of it besides. */
  readUnitsPerPod: 0.45,
  /** Objects by kind, what is known of services, and which were ever used. */
  readUnits: 16,
  /** Its report, and now and then the account-wide budget of calls that list. */
  writeUnits: 2,
} as const;

/** What a listing of the relay makes functions read of each pod, every ten minutes. */
export const listing = {
  readUnitsPerPod: 0.4,
  /** Of each part. */
  readUnits: 6,
  bytesPerPod: 110,
  everyMinutes: 10,
  podsPerEvent: 1000,
  /** Namespaces and the mesh kinds. */
  otherKinds: 8,
} as const;

/** Bytes that are stored of a pod: as seen, and its claim. */
export const storedBytesPerPod = 2500;

/** How long a call takes, in seconds, as AWS's own metrics show it; the functions' own work is under a millisecond. */
export const latency = { dynamoDb: 0.005, cloudMap: 0.1, discovery: 0.02, invocation: 0.02 } as const;

/** Of serverless.yml. */
export const gigabytes = { queueFunction: 0.5, sweep: 1769 / 1024 } as const;

/** Lambda keeps five long polls of 20 seconds at each of the two queues while nothing comes. */
export const idleReceives = { queues: 2, pollers: 5, seconds: 20 } as const;

/** SQS asks KMS for a data key every five minutes for each who sends or receives: (2 × senders + receivers) a queue. */
export const keyRequests = { queues: 2, perFiveMinutes: 2 * 2 + 1 } as const;

/** Lines that Lambda and the functions write for an invocation. */
export const logBytesPerInvocation = 350;

/** Metrics that have something to count in most hours; those of failures cost their hours only. */
export const steadyMetrics = 3;
