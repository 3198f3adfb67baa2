import type { Route53Client } from '@aws-sdk/client-route-53';
import { callAws } from './errors.ts';

/** How long an answer is good for: the VPCs of a hosted zone hardly change, and Route 53 takes five calls a second. */
const freshMs = 5 * 60_000;

/** Which VPCs see the hosted zone of a private DNS namespace; Cloud Map itself does not say. */
export class HostedZones {
  private readonly connect: () => Promise<Route53Client>;
  private readonly now: () => number;
  private readonly known = new Map<string, { readonly vpcs: readonly string[]; readonly atMs: number }>();

  constructor(connect: () => Promise<Route53Client>, now: () => number) {
    this.connect = connect;
    this.now = now;
  }

  async vpcsOf(hostedZoneId: string): Promise<readonly string[]> {
    const known = this.known.get(hostedZoneId);
    if (known !== undefined && this.now() - known.atMs < freshMs) return known.vpcs;
    const vpcs = await this.read(hostedZoneId);
    this.known.set(hostedZoneId, { vpcs, atMs: this.now() });
    return vpcs;
  }

  private async read(hostedZoneId: string): Promise<readonly string[]> {
    const { GetHostedZoneCommand } = await import('@aws-sdk/client-route-53');
    const client = await this.connect();
    const { VPCs = [] } = await callAws(`GetHostedZone ${hostedZoneId}`, () =>
      client.send(new GetHostedZoneCommand({ Id: hostedZoneId })),
    );
    return VPCs.flatMap(({ VPCId }) => VPCId ?? []);
  }
}
