import { arn } from './account.ts';
import { AwsError, type AwsService } from './protocol.ts';
import { restError, restReply } from './rest-service.ts';

/** The only cluster of EKS. */
export interface EksCluster {
  readonly name: string;
  readonly endpoint: string;
  /** The CA certificate in PEM, base64; absent for a plain HTTP endpoint. */
  readonly certificateAuthority?: string | undefined;
}

const path = /^\/clusters(?:\/([^/]+))?$/;
const createdAtSeconds = Math.floor(Date.now() / 1000);

/** EKS: DescribeCluster and ListClusters. */
export function eksService(cluster: EksCluster | undefined): AwsService {
  return {
    name: 'eks',
    accepts: ({ url }) => path.test(url.pathname),
    operationOf({ method, url }) {
      if (method !== 'GET') return undefined;
      return path.exec(url.pathname)?.[1] === undefined ? 'ListClusters' : 'DescribeCluster';
    },
    async handle(operation, { url }) {
      if (operation === 'ListClusters')
        return restReply(200, { clusters: cluster === undefined ? [] : [cluster.name] });
      const name = decodeURIComponent(path.exec(url.pathname)?.[1] ?? '');
      if (cluster === undefined || name !== cluster.name)
        throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${name}.`, {
          status: 404,
          members: { clusterName: name },
        });
      return restReply(200, { cluster: describe(cluster) });
    },
    fail: restError,
  };
}

function describe({ name, endpoint, certificateAuthority }: EksCluster): Record<string, unknown> {
  return {
    name,
    arn: arn('eks', `cluster/${name}`),
    createdAt: createdAtSeconds,
    endpoint,
    status: 'ACTIVE',
    resourcesVpcConfig: { vpcId: 'vpc-00000000' },
    ...(certificateAuthority !== undefined && { certificateAuthority: { data: certificateAuthority } }),
  };
}
