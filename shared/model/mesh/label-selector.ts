import * as z from 'zod/mini';

const expression = z.object({
  key: z.string().check(z.minLength(1)),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.nullish(z.array(z.string())),
});

/** A metav1.LabelSelector; unknown fields are ignored. */
export const labelSelector = z.object({
  matchLabels: z.nullish(z.record(z.string(), z.string())),
  matchExpressions: z.nullish(z.array(expression)),
});
export type LabelSelector = z.output<typeof labelSelector>;

/** As in the API server: In and NotIn require values, Exists and DoesNotExist allow none. */
const strictExpression = z.strictObject(expression.shape).check(
  z.refine(({ operator, values }) => operator.endsWith('In') === (values ?? []).length > 0, {
    path: ['values'],
    error: 'expected at least one value with In and NotIn, and none with Exists and DoesNotExist',
  }),
);

/** A metav1.LabelSelector that rejects unknown fields: an ignored `matchLabel` would select everything. */
export const strictLabelSelector = z.strictObject({
  matchLabels: labelSelector.shape.matchLabels,
  matchExpressions: z.nullish(z.array(strictExpression)),
});
