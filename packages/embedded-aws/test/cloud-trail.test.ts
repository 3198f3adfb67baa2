import {
  CreateHttpNamespaceCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  ListNamespacesCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedCloud, startCloud } from '../src/cloud.ts';
import { CloudMap } from '../src/cloud-map/cloud-map.ts';
import { cloudMapService } from '../src/cloud-map-service.ts';
import { noLatencies } from '../src/no-latencies.ts';
import type { Topology } from '../src/topology.ts';
import { credentials, eventBridgeClient, clientRegion as region } from './harness/clients.ts';
import { contractTopology } from './harness/topology.ts';

const rule = {
  name: 'cloud-map',
  eventBus: 'default',
  eventPattern: {
    source: ['aws.servicediscovery'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: ['servicediscovery.amazonaws.com'] },
  },
  target: { queue: 'events.fifo', messageGroupId: 'cloud-map' },
} as const;

const topology = (cloudTrail?: Topology['cloudTrail']): Topology => ({
  ...contractTopology,
  cloudTrail,
  rules: [...contractTopology.rules, rule],
});

describe('CloudTrail', () => {
  const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies } });
  let cloud: EmbeddedCloud;
  let client: ServiceDiscoveryClient;
  beforeAll(async () => {
    cloud = await start(topology({ deliveredAfterMs: 20 }), cloudMap);
    client = clientOf(cloud);
  });
  afterAll(async () => {
    await cloud.close();
    cloudMap.stop();
  });

  it('the embedded cloud sends each call that changes something as a CloudTrail event to the default bus', async () => {
    await client.send(new CreateHttpNamespaceCommand({ Name: 'shop' }));
    const { Namespaces: [namespace] = [] } = await client.send(new ListNamespacesCommand({}));
    const { Service } = await client.send(
      new CreateServiceCommand({ Name: 'cart', NamespaceId: namespace?.Id }),
    );
    const Attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', 'k8s.io/pod': 'cart-0' };
    const { OperationId } = await client.send(
      new RegisterInstanceCommand({ ServiceId: Service?.Id, InstanceId: 'i-1', Attributes }),
    );
    const events = await received(cloud, 3);
    expect(events.map(({ detail }) => detail.eventName)).toEqual([
      'CreateHttpNamespace',
      'CreateService',
      'RegisterInstance',
    ]);
    expect(events[1]?.detail).toMatchObject({
      requestParameters: { name: 'cart', namespaceId: namespace?.Id },
      responseElements: {
        service: {
          id: Service?.Id,
          arn: Service?.Arn,
          name: 'cart',
          createDate: expect.stringMatching(/^[A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d:\d\d [AP]M$/),
        },
      },
    });
    expect(events[2]).toMatchObject({
      source: 'aws.servicediscovery',
      'detail-type': 'AWS API Call via CloudTrail',
      account: '000000000000',
      region: 'us-west-2',
      detail: {
        eventSource: 'servicediscovery.amazonaws.com',
        awsRegion: 'us-west-2',
        requestParameters: { serviceId: Service?.Id, instanceId: 'i-1', attributes: Attributes },
        responseElements: { operationId: OperationId },
        eventType: 'AwsApiCall',
        managementEvent: true,
        readOnly: false,
        recipientAccountId: '000000000000',
      },
    });
  });

  it('the CloudTrail event of a refused call names the error', async () => {
    await expect(client.send(new DeleteServiceCommand({ Id: 'srv-missing' }))).rejects.toThrow();
    expect((await received(cloud, 1))[0]?.detail).toMatchObject({
      eventName: 'DeleteService',
      errorCode: 'ServiceNotFound',
      requestParameters: { id: 'srv-missing' },
      responseElements: null,
    });
  });

  it('the rules for CloudTrail events are on the default bus, and the other rules on the custom bus', async () => {
    const { ListRulesCommand } = await import('@aws-sdk/client-eventbridge');
    const events = eventBridgeClient(cloud.url);
    const rulesOf = async (EventBusName?: string) =>
      (await events.send(new ListRulesCommand({ EventBusName }))).Rules?.map(({ Name }) => Name);
    expect(await rulesOf()).toEqual(['cloud-map']);
    expect(await rulesOf('contract')).toEqual(['pods']);
  });
});

it('the embedded cloud sends no CloudTrail events without the cloudTrail setting', async () => {
  const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies } });
  const cloud = await start(topology(), cloudMap);
  await clientOf(cloud).send(new CreateHttpNamespaceCommand({ Name: 'shop' }));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(cloud.queues.get('events.fifo').counts).toMatchObject({ visible: 0, inFlight: 0 });
  await cloud.close();
});

function start(described: Topology, cloudMap: CloudMap): Promise<EmbeddedCloud> {
  return startCloud({
    port: 0,
    topology: described,
    handlers: {},
    services: [cloudMapService(cloudMap)],
    log: () => {},
  });
}

function clientOf({ url }: EmbeddedCloud): ServiceDiscoveryClient {
  return new ServiceDiscoveryClient({ endpoint: url, region, credentials, disableHostPrefix: true });
}

interface Event {
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The messages of the queue, once it has that many; all are in the rule's group. */
async function received({ queues }: EmbeddedCloud, count: number): Promise<readonly Event[]> {
  const queue = queues.get('events.fifo');
  await vi.waitFor(() => expect(queue.counts.visible).toBe(count));
  const messages = queue.receive({ maximum: 10 });
  for (const { flight } of messages) queue.delete(flight?.receiptHandle ?? '');
  expect(new Set(messages.map(({ groupId }) => groupId))).toEqual(new Set(['cloud-map']));
  return messages.map(({ body }) => JSON.parse(body) as Event);
}
