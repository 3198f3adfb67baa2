import { beforeEach, describe, expect, it } from 'vitest';
import type { CloudMapCall } from '../../shared/model/events/cloud-map-call.ts';
import { cloudMapCallForwarder } from '../../shared/service-entries/forward-cloud-map-call.ts';
import { recordedCall } from './cloud-map-calls.ts';
import { EntriesHarness } from './entries-harness.ts';

const atMs = Date.parse('2026-11-27T22:31:01Z');

let harness: EntriesHarness;
let forward: (call: CloudMapCall) => Promise<void>;
let shop: string;
let cart: string;
let secret: string;
beforeEach(async () => {
  harness = new EntriesHarness({ namespaces: [{ name: 'shop' }], services: [{ name: 'cart' }] });
  shop = harness.namespace('shop');
  cart = harness.service(shop, 'cart');
  secret = harness.service(shop, 'secret');
  await harness.poll();
  harness.cloudMap.calls.clear();
  forward = cloudMapCallForwarder(harness.deps);
});

describe('a recorded call of Cloud Map', () => {
  it.each(['RegisterInstance', 'DeregisterInstance', 'UpdateInstanceCustomHealthStatus'] as const)(
    'a CloudTrail event of %s asks the cluster that imports the service to read it',
    async (eventName) => {
      await forward(recordedCall(eventName, { serviceId: cart, instanceId: 'i-1' }));
      expect(harness.sent).toMatchObject([
        { type: 'Cloud Map Service Changed', cluster: 'local', serviceId: cart, sinceMs: atMs },
      ]);
      expect(harness.cloudMap.calls.size).toBe(0);
    },
  );

  it('a CloudTrail event that names a service by its ARN is one about that service', async () => {
    const serviceId = `arn:aws:servicediscovery:us-west-2:000000000000:service/${cart}`;
    await forward(recordedCall('RegisterInstance', { serviceId }));
    expect(harness.sent).toMatchObject([{ serviceId: cart }]);
  });

  it('a CloudTrail event about a service that no cluster imports asks for nothing, and costs no call', async () => {
    await forward(recordedCall('RegisterInstance', { serviceId: secret }));
    expect(harness.sent).toEqual([]);
    expect(harness.cloudMap.calls.size).toBe(0);
  });

  it('CloudTrail events about a service in a namespace that no cluster imports cost one call together', async () => {
    const other = harness.namespace('other');
    await harness.poll();
    const id = harness.service(other, 'busy');
    harness.cloudMap.calls.clear();
    for (let time = 0; time < 5; time++) await forward(recordedCall('RegisterInstance', { serviceId: id }));
    expect(harness.sent).toEqual([]);
    expect(Object.fromEntries(harness.cloudMap.calls)).toEqual({ GetService: 1 });
  });

  it('a CloudTrail event of CreateService in an imported namespace asks to list its services', async () => {
    const call = recordedCall(
      'CreateService',
      { name: 'new', namespaceId: shop },
      {
        detail: { responseElements: { service: { id: 'srv-new', name: 'new' } } },
      },
    );
    await forward(call);
    expect(harness.sent).toMatchObject([{ type: 'Service Entries Poll Requested', cluster: 'local' }]);
  });

  it.each(['DeleteService', 'UpdateService'] as const)(
    'a CloudTrail event of %s, which names the service as id, asks to list the services',
    async (eventName) => {
      await forward(recordedCall(eventName, { id: cart }));
      expect(harness.sent).toMatchObject([{ type: 'Service Entries Poll Requested' }]);
    },
  );

  it('the request to list the services names the service, the second and the namespace', async () => {
    await forward(recordedCall('DeleteService', { id: cart }));
    const reason = `a call changed service ${cart}`;
    expect(harness.sent).toMatchObject([{ run: `${cart} at ${atMs}`, reason, namespaceId: shop }]);
  });

  it('a CloudTrail event that no cluster needs sends nothing', async () => {
    const sent: unknown[] = [];
    const { deps } = harness;
    const requests = { send: async (events: unknown) => void sent.push(events) };
    const clusters = deps.clusters.map(({ serviceEntries: _, ...config }) => config) as never;
    const call = recordedCall('RegisterInstance', { serviceId: cart });
    await cloudMapCallForwarder({ ...deps, clusters, requests })(call);
    await cloudMapCallForwarder({ ...deps, requests })(
      recordedCall('RegisterInstance', { serviceId: secret }),
    );
    expect(sent).toEqual([]);
  });

  it('a CloudTrail event about a service that does not exist asks for nothing', async () => {
    await forward(recordedCall('RegisterInstance', { serviceId: 'srv-lost' }));
    expect(harness.sent).toEqual([]);
  });

  it('a CloudTrail event of a refused call is ignored', async () => {
    await forward(recordedCall('RegisterInstance', null, { detail: { errorCode: 'ServiceNotFound' } }));
    expect(harness.sent).toEqual([]);
  });

  it('a CloudTrail event before anything was listed asks to list all services', async () => {
    harness = new EntriesHarness().use(harness.cloudMap);
    await cloudMapCallForwarder(harness.deps)(recordedCall('RegisterInstance', { serviceId: cart }));
    expect(harness.sent).toMatchObject([{ type: 'Service Entries Poll Requested' }]);
  });

  it.each([
    ['Region', { region: 'eu-west-1' }],
    ['account', { account: '999999999999' }],
  ])('a CloudTrail event of another %s than that of the cluster asks it for nothing', async (_, place) => {
    const [config] = harness.deps.clusters;
    const own = { account: '000000000000', region: 'us-west-2' };
    const clusters = [{ ...config, own }] as never;
    await cloudMapCallForwarder({ ...harness.deps, clusters })(
      recordedCall('RegisterInstance', { serviceId: cart }, place),
    );
    expect(harness.sent).toEqual([]);
  });
});
