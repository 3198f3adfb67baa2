import * as sd from '@aws-sdk/client-servicediscovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Harness } from '../../../packages/embedded-aws/test/contract/cloud-map/harness.ts';
import type { Target } from '../../../packages/embedded-aws/test/contract/cloud-map/targets.ts';
import { CloudMapAdapter } from '../../../shared/adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../../shared/adapters/aws/cloud-map-reader.ts';
import { NotFoundError } from '../../../shared/model/errors.ts';
import type { CloudMapReader as Port } from '../../../shared/ports/sweep-ports.ts';

interface Subject {
  readonly name: string;
  readonly start: () => Promise<Target>;
  readonly isMoto: boolean;
  readonly missing?: string | undefined;
}

/** What a CloudMapReader answers, of the embedded Cloud Map as of moto, so that the reader is not made for ours alone. */
export function readerSuite({ name, start, isMoto, missing }: Subject): void {
  const title = missing === undefined ? name : `${name} (skipped: ${missing})`;
  /** moto ignores the filters of ListServices and ListOperations: the day such a case passes there, this goes. */
  const unlessMoto = isMoto ? it.fails : it;
  describe.skipIf(missing !== undefined)(`what a sweep reads of Cloud Map: ${title}`, () => {
    let target: Target;
    let harness: Harness;
    let reader: Port;
    beforeAll(async () => {
      target = await start();
      harness = new Harness(target);
      reader = new CloudMapReader(target.client);
    });
    afterAll(() => target.stop());
    const namespaceNamed = async (name: string) => {
      const [namespace] = await new CloudMapAdapter(target.client).namespacesNamed(name);
      if (namespace === undefined) throw new Error(`there is no namespace ${name}`);
      return namespace;
    };

    unlessMoto('the services of a namespace, and none of another', async () => {
      const [http, dns] = [await harness.httpNamespace(), await harness.privateNamespace()];
      const withCheck = await harness.service(http.id);
      const without = await harness.service(http.id, {});
      const inDns = await harness.service(dns.id, {
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      });
      const common = { namespaceId: http.id, namespaceKind: 'http', httpName: http.name };
      const servicesOf = async (name: string) => reader.servicesOf(await namespaceNamed(name));
      expect(await servicesOf(http.name)).toEqual(
        new Map([
          [withCheck.name, { id: withCheck.id, name: withCheck.name, ...common, hasCustomHealthCheck: true }],
          [without.name, { id: without.id, name: without.name, ...common, hasCustomHealthCheck: false }],
        ]),
      );
      expect(await servicesOf(dns.name)).toEqual(
        new Map([
          [
            inDns.name,
            {
              ...{
                id: inDns.id,
                name: inDns.name,
                namespaceId: dns.id,
                namespaceKind: 'private-dns',
                httpName: dns.name,
              },
              hasCustomHealthCheck: false,
            },
          ],
        ]),
      );
    });

    it('none in a public namespace', async () => {
      const name = `${harness.name()}.example.com`;
      const { Targets } = await harness.ended(
        await harness.client.send(new sd.CreatePublicDnsNamespaceCommand({ Name: name })),
      );
      await harness.service(Targets?.NAMESPACE ?? '', {
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      });
      expect(await reader.servicesOf(await namespaceNamed(name))).toEqual(new Map());
    });

    it('all instances of a service, over pages', async () => {
      const { id } = await harness.service((await harness.httpNamespace()).id, {});
      for (let index = 0; index < 101; index += 1)
        await harness.client.send(
          new sd.RegisterInstanceCommand({
            ...{ ServiceId: id, InstanceId: `i-${index}` },
            Attributes: { AWS_INSTANCE_IPV4: '192.0.2.1', app: `${index}` },
          }),
        );
      await harness.pass(5000);
      const instances = await reader.instancesOf(id);
      expect(instances.size).toBe(101);
      expect(instances.get('i-100')).toEqual({
        attributes: { AWS_INSTANCE_IPV4: '192.0.2.1', app: '100' },
      });
      const other = await harness.service((await harness.httpNamespace()).id, {});
      expect(await reader.instancesOf(other.id)).toEqual(new Map());
    }, 20_000);

    it('the health of instances, the unhealthy included', async () => {
      const namespace = await harness.httpNamespace();
      const { id, name: serviceName } = await harness.service(namespace.id);
      const ipv4 = { AWS_INSTANCE_IPV4: '192.0.2.1' };
      await harness.register(id, 'well', { ...ipv4, AWS_INIT_HEALTH_STATUS: 'HEALTHY' });
      await harness.register(id, 'ill', { ...ipv4, AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
      const service = { name: serviceName, httpName: namespace.name };
      const health = Object.fromEntries(await reader.healthOf(service));
      // moto knows no health: it answers HEALTHY for all.
      expect(health).toEqual(
        isMoto ? { well: 'HEALTHY', ill: 'HEALTHY' } : { well: 'HEALTHY', ill: 'UNHEALTHY' },
      );
    });

    unlessMoto('no failed operations where all went well', async () => {
      const { id } = await harness.service((await harness.httpNamespace()).id, {});
      await harness.register(id, 'i');
      expect(await reader.failedOperations(id, 0)).toEqual(new Map());
    });

    it('a service that does not exist is not taken for an empty one', async () => {
      const instances = reader.instancesOf('srv-0000000000000000');
      await expect(instances).rejects.toThrow(NotFoundError);
      await expect(instances).rejects.toMatchObject({ resource: 'service' });
    });
  });
}
