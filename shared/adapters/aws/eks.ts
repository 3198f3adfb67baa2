import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { RetryableError } from '../../model/errors.ts';
import { callAws } from './errors.ts';

type Credentials = Awaited<ReturnType<EKSClient['config']['credentials']>>;

/** EKS of one account and Region: where a cluster's API server is, and which credentials are used for it. */
export class EksAdapter {
  private readonly client: EKSClient;

  constructor(client: EKSClient) {
    this.client = client;
  }

  /** The API server's URL and its CA in PEM; only an endpoint in plain HTTP has no CA. */
  async describe(cluster: string): Promise<{ readonly server: string; readonly ca?: string | undefined }> {
    const { cluster: found } = await callAws(
      `DescribeCluster ${cluster}`,
      () => this.client.send(new DescribeClusterCommand({ name: cluster })),
      { action: 'eks:DescribeCluster' },
    );
    const { endpoint, status, certificateAuthority } = found ?? {};
    if (!endpoint)
      throw new RetryableError(`EKS cluster ${cluster} has no endpoint; its status is ${status}`);
    const ca = certificateAuthority?.data;
    return { server: endpoint, ...(ca && { ca: Buffer.from(ca, 'base64').toString('utf8') }) };
  }

  /** The cluster's Region. */
  region(): Promise<string> {
    return callAws('finding the Region', () => this.client.config.region());
  }

  /** The function's own, or those of the role that the client assumes; the SDK renews them before they expire. */
  credentials(): Promise<Credentials> {
    return callAws('finding the credentials for EKS', () => this.client.config.credentials());
  }
}
