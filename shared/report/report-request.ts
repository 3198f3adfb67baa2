import * as z from 'zod/mini';

const forms = 'expected {"format", "cluster", "namespace"}, each optional';
const namespace = 'expected the name of a Kubernetes namespace';

const fields = {
  format: z._default(z.enum(['html', 'json'], 'expected html or json'), 'html'),
  /** One of clusters.yml; all by default. */
  cluster: z.optional(z.string('expected the name of a cluster in clusters.yml')),
  namespace: z.optional(
    z.string(namespace).check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, namespace)),
  ),
};

/** The input of `report`; other fields than these are refused. */
export const reportRequest = z.strictObject(fields, {
  error: ({ code, keys }) =>
    code === 'unrecognized_keys'
      ? `unknown field ${(keys as readonly string[]).join(', ')}; ${forms}`
      : forms,
});
export type ReportRequest = z.output<typeof reportRequest>;
