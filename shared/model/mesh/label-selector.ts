import * as z from 'zod/mini';

const expression = z.object({
  key: z.string().check(z.minLength(1)),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.nullish(z.array(z.string())),
});

/** A metav1.LabelSelector, of which only what is known counts. */
export const labelSelector = z.object({
  matchLabels: z.nullish(z.record(z.string(), z.string())),
  matchExpressions: z.nullish(z.array(expression)),
});
export type LabelSelector = z.output<typeof labelSelector>;

/** As the API server checks it: In and NotIn have values, Exists and DoesNotExist none. */
const strictExpression = z.strictObject(expression.shape).check(
  z.refine(({ operator, values }) => operator.endsWith('In') === (values ?? []).length > 0, {
    path: ['values'],
    error: 'expected at least one value with In and NotIn, and none with Exists and DoesNotExist',
  }),
);

/** A metav1.LabelSelector in which a typo is a fault: `matchLabel` would select everything. */
export const strictLabelSelector = z.strictObject({
  matchLabels: labelSelector.shape.matchLabels,
  matchExpressions: z.nullish(z.array(strictExpression)),
});
