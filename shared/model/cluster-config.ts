import * as z from 'zod/mini';

/**
 * The schema of `clusters.yml`: one entry per cluster. Strict everywhere, so that a typo stops the deployment with an error
 * that names its path, instead of being ignored.
 */
const wildcard = z
  .string()
  .check(z.minLength(1), z.regex(/^[^\s]+$/, 'expected a name, in which * stands for any characters'));

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
    arn: z.optional(
      z
        .string()
        .check(
          z.regex(
            /^arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:\d{12}:namespace\/ns-[0-9a-z]+$/,
            'expected the ARN of a Cloud Map namespace',
          ),
        ),
    ),
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

const tenancyRule = z.strictObject({
  kubernetesNamespaces: z.array(wildcard).check(z.minLength(1)),
  cloudMapNamespaces: z.array(wildcard).check(z.minLength(1)),
  services: z._default(z.array(wildcard).check(z.minLength(1)), ['*']),
});

const region = z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a Region, such as eu-west-1'));
const roleArn = z
  .string()
  .check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'expected the ARN of an IAM role'));

const quota = (standard: number) => z._default(z.int().check(z.minimum(1)), standard);

const cloudMap = z.strictObject({
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

/** Loopback hosts, for which plain HTTP is safe. */
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const endpoint = z
  .string()
  .check(
    z.refine(
      isEndpoint,
      'expected a URL such as https://appmesh.example.com; http only for localhost, 127.0.0.1 and [::1]',
    ),
  );

/**
 * The App Mesh API, as a target. Without this section App Mesh is not called. Another Region, role or endpoint is another
 * target: resources in the former one stay.
 */
const appMesh = z.strictObject({
  /** Region of App Mesh; the functions' own by default. */
  region: z.optional(region),
  /** A role to assume for App Mesh, in another account or not. */
  roleArn: z.optional(roleArn),
  /** The endpoint of an emulator or a replacement; AWS's endpoint of the Region by default. */
  endpoint: z.optional(endpoint),
  /**
   * Which existing resources of others are adopted when an object of the cluster names them: those with marks of the App
   * Mesh controller, those without a tag of another owner, or none.
   */
  adopt: z._default(z.enum(['old-controller', 'untagged', 'none']), 'old-controller'),
  /**
   * Quotas: of meshes per account, of the others per mesh unless the name says otherwise. The defaults are AWS's:
   * https://docs.aws.amazon.com/app-mesh/latest/userguide/service-quotas.html
   */
  quotas: z.prefault(
    z.strictObject({
      meshes: quota(15),
      virtualNodes: quota(200),
      virtualRouters: quota(200),
      virtualServices: quota(200),
      virtualGateways: quota(3),
      routesPerRouter: quota(50),
      gatewayRoutesPerGateway: quota(10),
      backendsPerNode: quota(50),
      weightedTargets: quota(10),
    }),
    {},
  ),
  /** Interval between full comparisons with App Mesh, which find changes made by hand. */
  verifyEveryMinutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 60),
});

/** The sections that each name a mesh target. Every one has `verifyEveryMinutes`. */
const meshTargets = { appMesh: z.optional(appMesh) };

/** How to reach the cluster's API server: a sweep reads it, and the status of objects is written to it. */
const kubernetes = z.strictObject({
  /** Region of the EKS cluster; the functions' own by default. */
  region: z.optional(region),
  /** A role to assume that may describe the cluster and has an access entry in it; the functions' own by default. */
  roleArn: z.optional(roleArn),
});

const cluster = z.strictObject({
  name: z
    .string()
    .check(
      z.regex(
        /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/,
        'expected an EKS cluster name: up to 100 letters, digits, - and _',
      ),
    ),
  cloudMap: z.prefault(cloudMap, {}),
  ...meshTargets,
  kubernetes: z.optional(kubernetes),
  /** Interval between sweeps, in minutes; one day at most. EventBridge has no shorter rate than a minute. */
  sweep: z.prefault(
    z.strictObject({ everyMinutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 5) }),
    {},
  ),
  /**
   * Which Kubernetes namespaces may register into which services. Without rules, a namespace owns the services that it was
   * the first to use, while it has instances there. With rules, exactly what they allow is permitted.
   */
  tenancy: z.optional(z.array(tenancyRule)),
});

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
export type MeshTargetName = keyof typeof meshTargets;
export const meshTargetNames = Object.keys(meshTargets) as readonly MeshTargetName[];

/** What all mesh targets have in common. */
export interface MeshTargetConfig {
  readonly name: MeshTargetName;
  readonly verifyEveryMinutes: number;
}

/** The mesh target of a cluster: the section that clusters.yml has for it. */
export function meshTargetOf(cluster: Pick<ClusterConfig, MeshTargetName>): MeshTargetConfig | undefined {
  for (const name of meshTargetNames) {
    const section = cluster[name];
    if (section !== undefined) return { name, verifyEveryMinutes: section.verifyEveryMinutes };
  }
  return undefined;
}

export type TenancyRule = z.output<typeof tenancyRule>;

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname));
}
