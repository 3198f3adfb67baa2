import * as z from 'zod/mini';
import { cloudMap } from './config/cloud-map.ts';
import { completeMesh, meshFields } from './config/mesh-targets.ts';
import { region, roleArn, wildcard } from './config/parts.ts';
import { serviceEntries } from './config/service-entries.ts';

/**
 * The schema of `clusters.yml`: one entry per cluster. Strict everywhere, so that a typo stops the deployment with an error
 * that names its path, instead of being ignored.
 */
const tenancyRule = z.strictObject({
  kubernetesNamespaces: z.array(wildcard).check(z.minLength(1)),
  cloudMapNamespaces: z.array(wildcard).check(z.minLength(1)),
  services: z._default(z.array(wildcard).check(z.minLength(1)), ['*']),
});

/** How to reach the cluster's API server: a sweep reads it, and the status of objects is written to it. */
const kubernetes = z
  .strictObject({
    /** Region of the EKS cluster; the functions' own by default. */
    region: z.optional(region),
    /** A role to assume that may describe the cluster and has an access entry in it; the functions' own by default. */
    roleArn: z.optional(roleArn),
    /** Whether the deployment lets the functions into the cluster: an access entry for each role, with its group. */
    accessEntries: z.optional(z.boolean()),
  })
  .check(
    z.superRefine(({ accessEntries, region, roleArn }, context) => {
      const place = roleArn === undefined ? 'another Region' : 'another account, or under another role';
      if (accessEntries && (region ?? roleArn) !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['accessEntries'],
          message: `the deployment cannot create access entries in ${place}; remove accessEntries and create them there`,
        });
    }),
  );

const cluster = z
  .strictObject({
    name: z
      .string()
      .check(
        z.regex(
          /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/,
          'expected an EKS cluster name: up to 100 letters, digits, - and _',
        ),
      ),
    cloudMap: z.prefault(cloudMap, {}),
    ...meshFields,
    kubernetes: z.optional(kubernetes),
    serviceEntries: z.optional(serviceEntries),
    /** Interval between sweeps, in minutes; one day at most. EventBridge has no shorter rate than a minute. */
    sweep: z.prefault(
      z.strictObject({ everyMinutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 5) }),
      {},
    ),
    /**
     * Which Kubernetes namespaces may register into which services. Without rules, a namespace owns the services that it was
     * the first to use, while it has instances there. With rules, exactly what they allow is permitted: an empty list, as it
     * remains when the last rule is removed, would allow nothing.
     */
    tenancy: z.optional(
      z
        .array(tenancyRule)
        .check(
          z.minLength(
            1,
            'expected at least one rule; found none, which would refuse every pod. Without tenancy, the first namespace that uses a service owns it',
          ),
        ),
    ),
  })
  .check(...completeMesh);

export const clustersFile = z.strictObject({ clusters: z.array(cluster).check(z.minLength(1)) }).check(
  z.superRefine(({ clusters }, context) => {
    clusters.forEach(({ name }, index) => {
      if (clusters.findIndex((other) => other.name === name) < index)
        context.addIssue({
          code: 'custom',
          path: ['clusters', index, 'name'],
          message: `the name "${name}" is already used by an earlier entry; each cluster name must be unique`,
        });
    });
  }),
);

export type ClustersFile = z.output<typeof clustersFile>;
/** The account and Region of the functions themselves, if known. */
export interface OwnPlace {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

export type ClusterConfig = ClustersFile['clusters'][number] & {
  /** Not in the file: set when it is read. */
  readonly own?: OwnPlace | undefined;
};
export type TenancyRule = z.output<typeof tenancyRule>;
