import * as z from 'zod';

/**
 * The language of scenarios: what happens, one thing a step, and what to `expect` when all that it set off has come
 * to rest. Strict, so that a typo in a scenario is an error and not a check that checks nothing.
 */
const text = z.string().min(1);
const names = z.record(text, z.string());
const objects = z.record(text, z.unknown());

const call = z.enum([
  'CreateHttpNamespace',
  'CreatePrivateDnsNamespace',
  'CreateService',
  'DeregisterInstance',
  'GetInstance',
  'GetNamespace',
  'GetOperation',
  'GetService',
  'DeleteService',
  'DiscoverInstances',
  'ListInstances',
  'ListNamespaces',
  'ListTagsForResource',
  'RegisterInstance',
  'UpdateInstanceCustomHealthStatus',
]);
const operation = z.enum(['CREATE_NAMESPACE', 'REGISTER_INSTANCE', 'DEREGISTER_INSTANCE']);

/** A call that fails so many times: of the embedded Cloud Map's faults, or with an error of AWS's by its name. */
const fault = z.union([
  z.strictObject({
    call,
    fault: z.enum(['throttle', 'error', 'lost-before', 'lost-after']),
    times: z.int().default(1),
  }),
  z.strictObject({
    call,
    error: text,
    /** Only of calls that name this `namespace/service`. */
    service: text.optional(),
    message: text.default('as the scenario says'),
    times: z.int().default(1),
  }),
  /** Accepted, and then ended in FAIL. */
  z.strictObject({ operation, code: text, message: text, times: z.int().default(1) }),
  /** From its acceptance to its end. */
  z.strictObject({ operation, takesMs: z.int() }),
]);

/** What somebody else does in Cloud Map, past this system. `shop.local@vpc-1` is the one of several in that VPC. */
const byHand = z.union([
  z.strictObject({
    createNamespace: text,
    kind: z.enum(['http', 'private-dns', 'public-dns']),
    vpc: text.optional(),
    /** Another account, which shares it. */
    owner: text.optional(),
  }),
  z.strictObject({
    createService: text,
    healthCheck: z.enum(['custom', 'none']),
    records: z.array(text).optional(),
    description: text.optional(),
  }),
  z.strictObject({ register: text, attributes: names }),
  z.strictObject({ deregister: text }),
  /** With all its instances. */
  z.strictObject({ deleteService: text }),
]);

const outcome = z.strictObject({
  /** All of Cloud Map: service → instance id → `pod HEALTH` (no health without a custom check; `cluster:` of another). */
  instances: z.record(text, names).optional(),
  /** Likewise, of the account or Region that is not the functions' own. */
  elsewhere: z.record(text, names).optional(),
  /** `namespace/service/id` → every attribute. */
  attributes: z.record(text, names).optional(),
  /** Cloud Map's kinds of namespaces, and of services' records and checks. */
  namespaces: names.optional(),
  /** All calls of Cloud Map since the last step that counted them; `any` resets the count. */
  calls: z.union([z.literal('any'), z.record(text, z.int())]).optional(),
  /** `register namespace/service/id` and `deregister …`, in their order, ours and those by hand, since the last step that listed them. */
  writes: z.array(text).optional(),
  /** Pod → `status reason: message` of the condition that was set for its readiness gate, in part; `none`. */
  gates: names.optional(),
  /** How often a condition of a pod was set in this step. */
  patches: z.int().optional(),
  /** Virtual node → part of `status reason: message` of its condition CloudMapInstancesRegistered; `none`. Waits until it is written. */
  statuses: names.optional(),
  /** Pod or mesh object → what each of its problems says, in part, in order. */
  problems: z.record(text, z.array(text)).optional(),
  /** Of a sweep: `kind namespace/service/id` or `kind pod` of each finding that is repaired or reported, in any order. */
  findings: z.array(text).optional(),
  /** Of a sweep: `kind namespace/service/id: reason`, in part, of each that was refused. */
  refused: z.array(text).optional(),
  /** Of listings in this step: what was refused to be deleted, in part. */
  listingRefused: z.array(text).optional(),
  /** What a sweep that cannot be made says, in part. */
  sweepFails: text.optional(),
  /** Of a drain: what its last line says, in part. */
  drain: text.optional(),
  /** Of a dry run: `service namespace: reason`, in part, of those whose pods would be refused. */
  foreseen: z.array(text).optional(),
  /** Of a sweep: the services whose health was not read, in part. */
  healthReadFailures: z.array(text).optional(),
  /** Of a sweep: why its listing was not complete, in part. */
  incomplete: text.optional(),
  /** Parts of the reasons of the messages that went to the dead-letter queue since the last step, in order. Default: none. */
  deadLetters: z.array(text).optional(),
  /** Messages that came in a group that is not theirs, since the last step that counted them; not where all do. */
  misrouted: z.int().optional(),
  /** `namespace/service/id` → `phase pod` of all claims; checked at the end of a scenario anyhow, but not for equality. */
  claims: names.optional(),
});

const step = z
  .strictObject({
    /** A comment that shows in failures. */
    note: text.optional(),
    /** Another cluster than `local`. */
    cluster: text.optional(),
    apply: objects.optional(),
    delete: z.array(text).optional(),
    /** With apply, delete or relist: the events are lost, or are received when a later step sends them. */
    events: z.enum(['lost', 'late']).optional(),
    deliver: z.literal('late events').optional(),
    /** Everything ever sent, once more, in the opposite order, after SQS has forgotten it. */
    redeliver: z.literal('everything backwards').optional(),
    /** The relay lists these kinds; parts of the listing begin at the keys given. */
    relist: z.partialRecord(z.enum(['pod', 'virtualnode', 'mesh', 'namespace']), z.array(text)).optional(),
    /** The API server serves none of these kinds from now on, although their objects are stored, and the relay reports it. */
    unserved: z.array(z.enum(['virtualnode', 'mesh'])).optional(),
    /** The label of node-1 names this zone from now on; its pods stay as they are, and the relay sends them again. */
    zone: text.optional(),
    rebuild: z.enum(['known birth', 'unknown birth']).optional(),
    /** The relay is started with the name of another cluster, and speaks for that one in this step. */
    as: text.optional(),
    /** The cluster's etcd is backed up; it is restored to that: the same uids, lower resourceVersions. */
    etcd: z.enum(['backup', 'restore', 'new versions']).optional(),
    /** So many seconds off is the API server's clock, which dates what is created, from now on. */
    creationOff: z.int().optional(),
    configure: objects.optional(),
    byHand: z.array(byHand).optional(),
    fault: z.array(fault).optional(),
    /** No call and no operation fails any more. */
    mend: z.literal('everything').optional(),
    wait: z.int().describe('seconds').optional(),
    /** A sweep, as the schedule makes it. */
    sweep: z.strictObject({}).optional(),
    /** A sweep by hand. */
    resync: z
      .strictObject({
        namespace: text.optional(),
        pod: text.optional(),
        dryRun: z.boolean().default(false),
        force: z.boolean().default(false),
        adopt: z.boolean().default(true),
        /** Begins, follows or ends the drain of the cluster. */
        drain: z.boolean().optional(),
      })
      .optional(),
    /** Whether the cluster's API server answers from now on, and lets us write. */
    apiServer: z.enum(['answers', 'is away', 'forbids writing']).optional(),
    /** So many conditions of pods are not taken, from now on. */
    patchesFail: z.int().optional(),
    /** So many calls of the table fail, from now on. */
    tableFails: z.int().optional(),
    /** The functions' clock, off by so many minutes from now on. */
    clockOff: z.int().optional(),
    /** What is lost of the table. */
    empty: z.enum(['table', 'claims', 'pods']).optional(),
    send: z.strictObject({ queue: z.enum(['pods', 'mesh']), group: text, body: z.string() }).optional(),
    /** Instead of letting all come to rest, let so many seconds pass. */
    within: z.int().optional(),
    expect: outcome.optional(),
  })
  .refine((step) => happenings.filter((key) => step[key] !== undefined).length <= 1, 'one thing a step');
const happenings = [
  'apply',
  'delete',
  'deliver',
  'redeliver',
  'relist',
  'unserved',
  'zone',
  'rebuild',
  'etcd',
  'creationOff',
  'configure',
  'byHand',
  'fault',
  'mend',
  'wait',
  'send',
  'sweep',
  'resync',
  'apiServer',
  'patchesFail',
  'tableFails',
  'clockOff',
  'empty',
] as const;

export const scenarios = z.array(
  z.strictObject({
    scenario: text,
    /** Clusters as clusters.yml describes them; else one, `local`, that may create HTTP namespaces and services. */
    clusters: z.array(objects).optional(),
    steps: z.array(step).min(1),
    /** Why, at the end, a claim may be unfinished or without instance, or a deleted pod have registrations. Default: none. */
    leaves: text.optional(),
  }),
);

export type Scenario = z.output<typeof scenarios>[number];
export type Step = Scenario['steps'][number];
export type Outcome = NonNullable<Step['expect']>;
export type Fault = z.output<typeof fault>;
export type ByHand = z.output<typeof byHand>;
