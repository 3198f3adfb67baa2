import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { Faults } from '@eks-mesh-sync/embedded-aws/faults.ts';
import { Gateway } from '@eks-mesh-sync/embedded-aws/gateway.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { route53Service } from '@eks-mesh-sync/embedded-aws/route-53/service.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostedZones, route53Of } from '../../../shared/adapters/aws/hosted-zones.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies } });
const gateway = new Gateway({ port: 0, faults: new Faults(), services: () => [route53Service(cloudMap)] });
let endpoint: string;

beforeAll(async () => {
  endpoint = await gateway.listen();
});
afterAll(async () => {
  await gateway.close();
  cloudMap.stop();
});

it('the VPCs of a hosted zone are asked for once in five minutes', async () => {
  cloudMap.handle('CreatePrivateDnsNamespace', { Name: 'pvt.local', Vpc: 'vpc-1' });
  const { Namespaces } = cloudMap.handle('ListNamespaces', {}) as {
    Namespaces: { Properties: { DnsProperties: { HostedZoneId: string } } }[];
  };
  const id = Namespaces[0]?.Properties.DnsProperties.HostedZoneId ?? '';
  let reads = 0;
  let nowMs = 0;
  const zones = new HostedZones({
    config: {
      region: async () => {
        reads += 1;
        return 'us-west-2';
      },
      credentials: async () => credentials,
    },
    endpoint,
    now: () => nowMs,
  });
  expect([await zones.vpcsOf(id), await zones.vpcsOf(id), reads]).toEqual([['vpc-1'], ['vpc-1'], 1]);
  nowMs = 5 * 60_000;
  expect([await zones.vpcsOf(id), reads]).toEqual([['vpc-1'], 2]);
  await expect(zones.vpcsOf('ZNONE')).rejects.toThrow('GetHostedZone ZNONE: NoSuchHostedZone');
});

it.each(['us-west-2', 'eu-central-1', 'cn-north-1', 'us-gov-east-1'])(
  'Route 53 is called where the SDK would, and signed for its Region: %s',
  async (region) => {
    const client = new Route53Client({ region, credentials });
    let sent: { hostname: string; headers: Record<string, string> } | undefined;
    client.middlewareStack.add(
      () => async (args) => {
        sent = args.request as typeof sent;
        return Promise.reject(new Error('not sent'));
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await client.send(new GetHostedZoneCommand({ Id: 'Z1' })).catch(() => {});
    const place = route53Of(region);
    expect(new URL(place.url).hostname).toBe(sent?.hostname);
    expect(sent?.headers.authorization).toContain(`/${place.region}/route53/aws4_request`);
  },
);
