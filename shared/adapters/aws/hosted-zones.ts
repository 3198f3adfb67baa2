import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { Sha256Node } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { callAws } from './errors.ts';

/** How long an answer is valid: the VPCs of a hosted zone hardly change, and Route 53 accepts five calls a second. */
const freshMs = 5 * 60_000;
const timeoutMs = 5_000;

interface HostedZonesOptions {
  /** The client whose Region and credentials are used. */
  readonly config: Pick<ServiceDiscoveryClient['config'], 'region' | 'credentials'>;
  /** The endpoint for all AWS services, if it is not AWS's own. */
  readonly endpoint: string | undefined;
  readonly now: () => number;
}

/**
 * The VPCs that see the hosted zone of a private DNS namespace; Cloud Map itself does not return them. One GET, signed
 * and read here: the SDK's client for Route 53 would be a sixth of a function's bundle.
 */
export class HostedZones {
  private readonly options: HostedZonesOptions;
  private readonly known = new Map<string, { readonly vpcs: readonly string[]; readonly atMs: number }>();

  constructor(options: HostedZonesOptions) {
    this.options = options;
  }

  async vpcsOf(hostedZoneId: string): Promise<readonly string[]> {
    const { now } = this.options;
    const known = this.known.get(hostedZoneId);
    if (known !== undefined && now() - known.atMs < freshMs) return known.vpcs;
    const answer = await callAws(`GetHostedZone ${hostedZoneId}`, () => this.get(hostedZoneId), {
      action: 'route53:GetHostedZone',
    });
    const vpcs = [...answer.matchAll(/<VPCId>([^<]+)<\/VPCId>/g)].map(([, vpc = '']) => vpc);
    this.known.set(hostedZoneId, { vpcs, atMs: now() });
    return vpcs;
  }

  private async get(hostedZoneId: string): Promise<string> {
    const { config, endpoint } = this.options;
    const place = route53Of(await config.region());
    const url = new URL(`/2013-04-01/hostedzone/${encodeURIComponent(hostedZoneId)}`, endpoint ?? place.url);
    const { hostname, pathname, protocol, host } = url;
    const signer = new SignatureV4({
      ...{ service: 'route53', region: place.region, sha256: Sha256Node },
      credentials: await config.credentials(),
    });
    const request = { method: 'GET', protocol, hostname, path: pathname, headers: { host } };
    const { headers } = await signer.sign(request);
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    const body = await response.text();
    if (!response.ok) throw errorOf(response.status, body);
    return body;
  }
}

/** Route 53 is global in each partition: one endpoint, whose requests are signed for one Region. */
export function route53Of(region: string): { readonly url: string; readonly region: string } {
  if (region.startsWith('cn-')) return { url: 'https://route53.amazonaws.com.cn', region: 'cn-northwest-1' };
  if (region.startsWith('us-gov-'))
    return { url: 'https://route53.us-gov.amazonaws.com', region: 'us-gov-west-1' };
  return { url: 'https://route53.amazonaws.com', region: 'us-east-1' };
}

/** The error as the SDK throws it. */
function errorOf(status: number, body: string): Error {
  const code = /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? `status ${status}`;
  const message = /<Message>([^<]+)<\/Message>/.exec(body)?.[1] ?? '';
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
}
