import * as z from 'zod/mini';

/** Parts of several sections of clusters.yml. */
export const wildcard = z
  .string()
  .check(z.minLength(1), z.regex(/^[^\s]+$/, 'expected a name, in which * stands for any characters'));

export const region = z
  .string()
  .check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a Region, such as eu-west-1'));
export const roleArn = z
  .string()
  .check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'expected the ARN of an IAM role'));

export const kubernetesNamespace = z
  .string()
  .check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected the name of a Kubernetes namespace'));

export const cloudMapNamespaceArn = z
  .string()
  .check(
    z.regex(
      /^arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:\d{12}:namespace\/ns-[0-9a-z]+$/,
      'expected the ARN of a Cloud Map namespace',
    ),
  );

export const quota = (standard: number) => z._default(z.int().check(z.minimum(1)), standard);

/** Interval between full comparisons with a mesh target, which find changes made by hand. */
export const verifyEveryMinutes = z._default(z.int().check(z.minimum(1), z.maximum(1440)), 60);
