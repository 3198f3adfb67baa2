import * as z from 'zod/mini';
import { meshKinds } from '../model/kubernetes.ts';
import { meshRequest } from './mesh-request.ts';

const cluster = z
  .string('expected the name of a cluster in clusters.yml')
  .check(z.minLength(1, 'expected the name of a cluster in clusters.yml'));
const forms =
  '{"cluster", "namespace", "pod"}, {"cluster", "object": {"kind", "namespace", "name"}}, {"cluster", "request": {"from", "host", "port", "method", "path", "headers"}}, {"service": "namespace/service"} or {"instance": "instance id"}; optional: "format": "text" or "json"; "cluster" may be left out if clusters.yml has only one';
/** A Mesh is cluster-scoped; every other object has a namespace. */
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
          ? 'cannot be used with a Mesh, which is cluster-scoped'
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
  request: z.optional(meshRequest),
  format: z._default(z.enum(['text', 'json'], 'expected text or json'), 'text'),
};

/** A request. The subject is exactly one of `pod`, `object`, `request`, `service` (without `instance`) and `instance`. */
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

type Fields = Readonly<
  Record<Exclude<keyof typeof fields, 'format' | 'object' | 'request'>, string | undefined>
> & {
  readonly object: ExplainRequest['object'];
  readonly request: ExplainRequest['request'];
};

type FieldFault = readonly [field: string, message: string];

function faultsOf(request: Partial<Fields>): readonly FieldFault[] {
  if (request.object !== undefined) return faultsAlone(request, 'object');
  if (request.request !== undefined) return faultsAlone(request, 'request');
  if (request.service !== undefined || request.instance !== undefined) return faultsWithService(request);
  return faultsOfPod(request);
}

function faultsOfPod({ cluster, namespace, pod }: Partial<Fields>): readonly FieldFault[] {
  const isEmpty = cluster === undefined && namespace === undefined && pod === undefined;
  if (isEmpty) return [['', `the request names nothing to explain; expected ${forms}`]];
  const expected = {
    namespace: [namespace, "the pod's namespace"],
    pod: [pod, 'the name of the pod'],
  } as const;
  return Object.entries(expected).flatMap(([field, [value, what]]): readonly FieldFault[] =>
    value === undefined ? [[field, `is missing; expected ${what}`]] : [],
  );
}

function faultsWithService(request: Partial<Fields>): readonly FieldFault[] {
  const subject = request.instance === undefined ? 'service' : 'instance';
  const others = (['namespace', 'pod'] as const).filter((field) => request[field] !== undefined);
  const faults = others.map(
    (field): FieldFault => [field, `cannot be used with ${subject}; expected ${forms}`],
  );
  if (request.cluster === undefined || request.instance === undefined) return faults;
  return [...faults, ['cluster', 'cannot be used with instance; use "service" to search only that service']];
}

/** Of a subject that excludes all others. */
function faultsAlone(request: Partial<Fields>, subject: 'object' | 'request'): readonly FieldFault[] {
  const others = (['namespace', 'pod', 'object', 'request', 'service', 'instance'] as const).filter(
    (field) => field !== subject && request[field] !== undefined,
  );
  return others.map((field) => [field, `cannot be used with ${subject}; expected ${forms}`]);
}
