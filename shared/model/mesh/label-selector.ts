import * as z from 'zod';

const expression = z.object({
  key: z.string().min(1),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).nullish(),
});

/** A metav1.LabelSelector, of which only what is known counts. */
export const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(expression).nullish(),
});
export type LabelSelector = z.output<typeof labelSelector>;

/** As the API server checks it: In and NotIn have values, Exists and DoesNotExist none. */
const strictExpression = z
  .strictObject(expression.shape)
  .refine(({ operator, values }) => operator.endsWith('In') === (values ?? []).length > 0, {
    path: ['values'],
    error: 'expected at least one value with In and NotIn, and none with Exists and DoesNotExist',
  });

/** A metav1.LabelSelector in which a typo is a fault: `matchLabel` would select everything. */
export const strictLabelSelector = z.strictObject({
  matchLabels: labelSelector.shape.matchLabels,
  matchExpressions: z.array(strictExpression).nullish(),
});
