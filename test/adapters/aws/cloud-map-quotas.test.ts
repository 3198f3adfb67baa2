import { ResourceLimitExceeded, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { describe, expect, it } from 'vitest';
import { CloudMapAdapter } from '../../../shared/adapters/aws/cloud-map.ts';
import { QuotaExceededError } from '../../../shared/model/errors.ts';

function withNamespaces(namespaces: number) {
  const quotas = { namespaces, instancesPerService: 1000, instancesPerNamespace: 2000 };
  const engine = new CloudMap({ settings: { latenciesMs: noLatencies, rates: {}, quotas } });
  return { engine, adapter: new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(engine))) };
}

const dns = { kind: 'private-dns', vpc: 'vpc-1' } as const;
const create = (adapter: CloudMapAdapter, how: { kind: 'http' } | typeof dns) =>
  adapter.createNamespace('shop.local', how, 'local');

describe('what Cloud Map does not create', () => {
  it.each([{ kind: 'http' }, dns] as const)(
    'is a namespace beyond the quota of the account: %j',
    async (how) => {
      const error = await create(withNamespaces(0).adapter, how).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(QuotaExceededError);
      expect(error).toMatchObject({
        message: expect.stringMatching(/^creating Cloud Map namespace shop\.local: ResourceLimitExceeded: /),
      });
      expect(await create(withNamespaces(1).adapter, how)).toBeTypeOf('string');
    },
  );

  it('is a service beyond a quota of the account', async () => {
    const refusal = new ResourceLimitExceeded({ message: 'no more', $metadata: {} });
    const client = { send: () => Promise.reject(refusal) } as unknown as ServiceDiscoveryClient;
    const ensuring = new CloudMapAdapter(client).ensureService({
      namespace: { id: 'ns-1', name: 'shop.local', kind: 'http', httpName: 'shop.local' },
      ...{ name: 'front', recordTypes: ['A'], ttlSeconds: 77, hasCustomHealthCheck: true, cluster: 'local' },
    });
    const error = await ensuring.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(QuotaExceededError);
    expect(error).toMatchObject({
      message: 'creating Cloud Map service front: ResourceLimitExceeded: no more',
    });
  });

  it('is a namespace whose hosted zone Route 53 does not create, which its operation says', async () => {
    const { engine, adapter } = withNamespaces(1);
    const fault = { code: 'CANNOT_CREATE_HOSTED_ZONE', message: 'The VPC is taken.' };
    engine.faults.failOperations('CREATE_NAMESPACE', fault);
    expect(await adapter.operation((await create(adapter, dns)) ?? '')).toEqual({
      ...{ status: 'failed', error: 'CANNOT_CREATE_HOSTED_ZONE: The VPC is taken.', isZoneRefused: true },
    });
  });
});
