import * as z from 'zod/mini';
import { meshKinds } from '../model/kubernetes.ts';

const cluster = z
  .string('expected the name of a cluster in clusters.yml')
  .check(z.minLength(1, 'expected the name of a cluster in clusters.yml'));
const forms =
  '{"cluster", "namespace", "pod"}, {"cluster", "object": {"kind", "namespace", "name"}}, {"service": "namespace/service"} or {"instance": "instance id"}; "format" besides: "text" or "json"';
/** A Mesh is in no namespace, every other object in one. */
const object = z
  .strictObject({
    kind: z.enum(meshKinds, `expected one of ${meshKinds.join(', ')}`),
    namespace: z._default(
      z.string("expected the object's namespace").check(z.minLength(1), z.maxLength(63)),
      '',
    ),
    name: z.string("expected the object's name").check(z.minLength(1), z.maxLength(253)),
  })
  .check(
    z.refine(({ kind, namespace }) => (kind === 'Mesh') === (namespace === ''), {
      path: ['namespace'],
      error: ({ input }) =>
        (input as { kind: string }).kind === 'Mesh'
          ? 'does not go with a Mesh, which is in none'
          : "is missing; expected the object's namespace",
    }),
  );
const fields = {
  cluster: z.optional(cluster),
  namespace: z.optional(
    z.string('expected the Kubernetes namespace of the pod').check(z.minLength(1), z.maxLength(63)),
  ),
  pod: z.optional(z.string('expected the name of a pod').check(z.minLength(1), z.maxLength(253))),
  service: z.optional(
    z
      .string('expected namespace/service, as Cloud Map names them')
      .check(z.regex(/^[^/\s].*\/[^/\s]+$/, 'expected namespace/service, as Cloud Map names them')),
  ),
  instance: z.optional(
    z
      .string('expected an instance id')
      .check(
        z.regex(
          /^[0-9a-zA-Z_/:.@-]{1,64}$/,
          'expected an instance id: up to 64 letters, digits and _ / : . @ -',
        ),
      ),
  ),
  object: z.optional(object),
  format: z._default(z.enum(['text', 'json'], 'expected text or json'), 'text'),
};

/** What a person asks. Exactly one of `pod`, `object`, `service` (without `instance`) and `instance` says about what. */
export const explainRequest = z
  .strictObject(fields, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys'
        ? `unknown field ${(keys as readonly string[]).join(', ')}; expected ${forms}`
        : `expected ${forms}`,
  })
  .check(
    z.superRefine((request, context) => {
      for (const [field, message] of faultsOf(request))
        context.addIssue({ code: 'custom', path: field === '' ? [] : [field], message });
    }),
  );
export type ExplainRequest = z.output<typeof explainRequest>;

type Fields = Readonly<Record<Exclude<keyof typeof fields, 'format' | 'object'>, string | undefined>> & {
  readonly object: ExplainRequest['object'];
};

function faultsOf(request: Partial<Fields>): readonly (readonly [string, string])[] {
  const { cluster, namespace, pod, service, instance, object } = request;
  if (object !== undefined) return faultsBesideObject(request);
  if (service === undefined && instance === undefined) {
    if (pod === undefined && namespace === undefined && cluster === undefined)
      return [['', `nothing says what to explain; expected ${forms}`]];
    return [
      ...(cluster === undefined
        ? [['cluster', "is missing; expected the name of the pod's cluster"] as const]
        : []),
      ...(namespace === undefined
        ? [['namespace', "is missing; expected the pod's namespace"] as const]
        : []),
      ...(pod === undefined ? [['pod', 'is missing; expected the name of the pod'] as const] : []),
    ];
  }
  const faults: (readonly [string, string])[] = [];
  const subject = instance === undefined ? 'service' : 'instance';
  for (const [field, value] of [
    ['namespace', namespace],
    ['pod', pod],
  ] as const)
    if (value !== undefined) faults.push([field, `does not go with ${subject}; expected ${forms}`]);
  if (cluster !== undefined && instance !== undefined)
    faults.push([
      'cluster',
      'does not go with instance; expected "service" at most, to look in that one alone',
    ]);
  return faults;
}

function faultsBesideObject(request: Partial<Fields>): readonly (readonly [string, string])[] {
  const others = (['namespace', 'pod', 'service', 'instance'] as const).filter(
    (field) => request[field] !== undefined,
  );
  return [
    ...(request.cluster === undefined
      ? [['cluster', "is missing; expected the name of the object's cluster"] as const]
      : []),
    ...others.map((field) => [field, `does not go with object; expected ${forms}`] as const),
  ];
}
