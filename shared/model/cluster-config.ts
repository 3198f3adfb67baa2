import * as z from 'zod/mini';

/**
 * What `clusters.yml` says: one entry a cluster. Strict everywhere, so that a typo is an error that names its path
 * and stops the deployment instead of being ignored.
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
    /** Which one, where Cloud Map has several of the name: by id, or the private DNS namespace of a VPC. */
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
    /** Named only where a missing namespace may be created. Public DNS namespaces are refused everywhere. */
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
   * Where the cluster registered before `region` or `roleArn` was changed, for as long as instances of it are there: they
   * are taken out by the pods' writers.
   */
  formerly: z._default(
    z.array(z.strictObject({ region: z.optional(region), roleArn: z.optional(roleArn) })),
    [],
  ),
  instanceId: z._default(z.enum(['pod-ip', 'pod-uid']), 'pod-ip'),
  ipFamily: z._default(z.enum(['ipv4', 'ipv6', 'dual']), 'ipv4'),
  namespaces: z._default(z.array(cloudMapNamespace), []),
  /** How a missing service is created, and which existing ones are taken over from other programs. */
  services: z.prefault(
    z.strictObject({
      ttlSeconds: z._default(z.int().check(z.minimum(0), z.maximum(2147483647)), 300),
      healthCheck: z._default(z.enum(['custom', 'none']), 'custom'),
      /** Services, `namespace/service`, that are entered although another program manages them, such as external-dns. */
      adopt: z._default(z.array(wildcard), []),
    }),
    {},
  ),
  /** How many there may be. AWS does not raise this one; an emulator may have another. */
  quotas: z.prefault(z.strictObject({ instancesPerService: quota(1000) }), {}),
});

/** Hosts that are this machine, where plain HTTP shows nothing to anybody. */
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
 * The App Mesh API, as a target. Without this section nothing is called there. With another Region, role or endpoint it is
 * another target: what was made in the former one stays.
 */
const appMesh = z.strictObject({
  /** Region of App Mesh; the functions' own by default. */
  region: z.optional(region),
  /** A role to assume for App Mesh, in another account or not. */
  roleArn: z.optional(roleArn),
  /** Where the API is, other than where AWS has it in the Region: an emulator, a replacement. */
  endpoint: z.optional(endpoint),
  /**
   * Which resources that are there already, and not ours, are taken over when an object of the cluster names them: those
   * that bear the marks of the App Mesh controller, those without a tag of any other owner, or none.
   */
  adopt: z._default(z.enum(['old-controller', 'untagged', 'none']), 'old-controller'),
  /**
   * How many there may be: of meshes in the account, of the others in a mesh unless the name says otherwise. The
   * defaults are AWS's: https://docs.aws.amazon.com/app-mesh/latest/userguide/service-quotas.html
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
  /** How often all that is there is compared with what should be, for what was changed by hand. */
  verifyEveryMinutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 60),
});

/** How the cluster itself is reached: read by a sweep, and written to for the status of objects. */
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
  appMesh: z.optional(appMesh),
  kubernetes: z.optional(kubernetes),
  /** How often what was missed is looked for. EventBridge has no shorter rate than a minute; the longest is a day. */
  sweep: z.prefault(
    z.strictObject({ everyMinutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 5) }),
    {},
  ),
  /**
   * Who may register where. Without rules a Kubernetes namespace owns the services that it was the first to use, while it
   * has something there; with rules, exactly what they allow.
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
          message: `the name ${name} is taken by an earlier entry; expected each cluster once`,
        });
    });
  }),
);

export type ClustersFile = z.output<typeof clustersFile>;
/** The account and Region of the functions themselves, as far as they know. */
export interface OwnPlace {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

export type ClusterConfig = ClustersFile['clusters'][number] & {
  /** Not in the file: set where it is read. */
  readonly own?: OwnPlace | undefined;
};
export type TenancyRule = z.output<typeof tenancyRule>;

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname));
}
