import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { expect, it } from 'vitest';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { inTurn } from '../../shared/pods/operations.ts';
import type { Dependencies } from '../../shared/ports/ports.ts';

/** Lets time pass until the work is done. */
async function finish<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    const dueMs = clock.nextDueMs();
    if (dueMs !== undefined) clock.advance(dueMs - clock.now());
  }
  return work;
}

it('ten deregistrations that wait for registrations of one service read all of them with a few calls', async () => {
  const clock = new VirtualClock();
  const cloudMap = new CloudMap({ clock, settings: { rates: {}, customHealthAfterMs: 0 } });
  cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 2_000;
  const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
  const deps = { clock: { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms) } } as Dependencies;
  await finish(clock, adapter.createNamespace('shop.local', { kind: 'http' }, 'local'));
  clock.advance(10_000);
  const [namespace] = await adapter.namespacesNamed('shop.local');
  if (namespace === undefined) throw new Error('the namespace exists');
  const serviceId = await adapter.ensureService({
    ...{
      name: 'front',
      namespace,
      recordTypes: [],
      ttlSeconds: 300,
      hasCustomHealthCheck: false,
      cluster: 'local',
    },
  });
  const ids = Array.from({ length: 10 }, (_, index) => `10.0.0.${index}`);
  const attributes = (ip: string) => ({ AWS_INSTANCE_IPV4: ip });
  await Promise.all(ids.map((id) => adapter.registerInstance(serviceId, id, attributes(id))));
  cloudMap.calls.clear();
  const deregistering = ids.map((id) =>
    inTurn(deps, adapter, serviceId, () => adapter.deregisterInstance(serviceId, id)),
  );
  await finish(clock, Promise.all(deregistering));
  const { GetOperation = 0, ListOperations = 0, DeregisterInstance } = Object.fromEntries(cloudMap.calls);
  expect(DeregisterInstance).toBe(20);
  expect(GetOperation + ListOperations).toBeLessThanOrEqual(5);

  cloudMap.stop();
});
