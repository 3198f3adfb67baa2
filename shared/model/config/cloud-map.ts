import * as z from 'zod/mini';
import { cloudMapNamespaceArn, quota, region, roleArn, wildcard } from './parts.ts';

const vpcId = z
  .string()
  .check(z.regex(/^vpc-[0-9a-z]+$/, 'expected a VPC id, such as vpc-0123456789abcdef0'));

const createNamespace = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('http') }),
  z.strictObject({
    kind: z.literal('private-dns'),
    vpc: vpcId,
  }),
]);

const cloudMapNamespace = z
  .strictObject({
    /** A Cloud Map namespace by name; `*` stands for any characters. The first entry that matches counts. */
    name: wildcard,
    /** If Cloud Map has several namespaces of the name, the one to use: by id, or by the VPC of its private DNS. */
    id: z.optional(
      z
        .string()
        .check(
          z.regex(/^ns-[0-9a-z]+$/, 'expected the id of a Cloud Map namespace, such as ns-abcdefghijklmnop'),
        ),
    ),
    vpc: z.optional(vpcId),
    /** A namespace that another account shares with this one, by AWS RAM, can only be named by its ARN. */
    arn: z.optional(cloudMapNamespaceArn),
    /** Set only if a missing namespace may be created. Public DNS namespaces are always refused. */
    create: z.optional(createNamespace),
  })
  .check(
    z.superRefine((entry, context) => {
      for (const [field, message] of namespaceFaults(entry))
        context.addIssue({ code: 'custom', path: [field], message });
    }),
  );

interface NamespaceEntry {
  readonly name: string;
  readonly id?: string | undefined;
  readonly vpc?: string | undefined;
  readonly arn?: string | undefined;
  readonly create?: z.output<typeof createNamespace> | undefined;
}

function namespaceFaults({ name, id, vpc, arn, create }: NamespaceEntry): [string, string][] {
  const faults: [string, string][] = [];
  const [field, other] = Object.entries({ id, arn, vpc }).flatMap(([key, value]) => (value ? [key] : []));
  if (field === undefined) return faults;
  if (other !== undefined) faults.push([other, `does not go with ${field}; expected one of id, arn and vpc`]);
  if (field !== 'vpc' && name.includes('*'))
    faults.push([field, 'does not go with * in the name; expected the name of the one namespace']);
  if (field !== 'vpc' && create !== undefined)
    faults.push(['create', `does not go with ${field}, which names a namespace that exists`]);
  if (field === 'vpc' && create !== undefined && (create.kind === 'http' || create.vpc !== vpc))
    faults.push(['create', `expected kind private-dns in ${vpc}, the VPC of the entry`]);
  return faults;
}

export const cloudMap = z.strictObject({
  /** Region of Cloud Map; the functions' own by default. */
  region: z.optional(region),
  /** A role to assume for Cloud Map, in another account or not. */
  roleArn: z.optional(roleArn),
  /**
   * Where the cluster registered before `region` or `roleArn` was changed. Needed for as long as instances of it are there:
   * the pods' writers deregister them.
   */
  formerly: z._default(
    z.array(z.strictObject({ region: z.optional(region), roleArn: z.optional(roleArn) })),
    [],
  ),
  instanceId: z._default(z.enum(['pod-ip', 'pod-uid']), 'pod-ip'),
  ipFamily: z._default(z.enum(['ipv4', 'ipv6', 'dual']), 'ipv4'),
  namespaces: z._default(z.array(cloudMapNamespace), []),
  /** How a missing service is created, and which existing services of other programs are adopted. */
  services: z.prefault(
    z.strictObject({
      ttlSeconds: z._default(z.int().check(z.minimum(0), z.maximum(2147483647)), 300),
      healthCheck: z._default(z.enum(['custom', 'none']), 'custom'),
      /** Services, `namespace/service`, to register into although another program, such as external-dns, manages them. */
      adopt: z._default(z.array(wildcard), []),
    }),
    {},
  ),
  /** AWS does not raise this quota; an emulator may have another. */
  quotas: z.prefault(z.strictObject({ instancesPerService: quota(1000) }), {}),
});
