import {
  GetOperationCommand,
  ListInstancesCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { expect, it } from 'vitest';
import { serveCloudMap } from '../../../../src/cloud-map/http-server.ts';
import { inProcessClientOptions } from '../../../../src/cloud-map/in-process.ts';
import { refusal } from '../../outcomes.ts';
import { Bench } from './setup.ts';

it.each([
  ['throttle', { code: 'ThrottlingException' }, []],
  ['error', { code: 'InternalFailure', status: 500 }, []],
  ['lost-before', { name: 'LostAnswerError', applied: false }, []],
  ['lost-after', { name: 'LostAnswerError', applied: true }, ['i']],
] as const)('%s strikes the next calls, and only them', (fault, error, instances) => {
  const bench = new Bench();
  const service = bench.service();
  bench.engine.faults.failNext('RegisterInstance', fault);
  expect(bench.listed(service)).toEqual([]);
  const input = { ServiceId: service, InstanceId: 'i', Attributes: {} };
  expect(bench.refusal('RegisterInstance', input)).toMatchObject(error);
  bench.clock.advance(100);
  expect(bench.listed(service)).toEqual(instances);
  bench.register(service, 'j');
  bench.clock.advance(100);
  expect(bench.listed(service)).toContain('j');
});

it('faults queue up, and a fault of * strikes any operation', () => {
  const bench = new Bench();
  bench.engine.faults.failNext('ListServices', 'throttle', 2);
  bench.engine.faults.failNext('*', 'error');
  expect(bench.refusal('ListServices')).toMatchObject({ code: 'ThrottlingException' });
  expect(bench.refusal('ListNamespaces')).toMatchObject({ code: 'InternalFailure' });
  expect(bench.refusal('ListServices')).toMatchObject({ code: 'ThrottlingException' });
  bench.call('ListServices');
});

it('a test decides call by call which fault strikes, until the next reset', () => {
  const bench = new Bench();
  bench.engine.faults.onCall = (operation) => (operation === 'ListServices' ? 'error' : undefined);
  bench.call('ListNamespaces');
  expect(bench.refusal('ListServices')).toMatchObject({ code: 'InternalFailure' });
  bench.engine.faults.reset();
  bench.call('ListServices');
});

it('a delayed call takes effect when it is due and is answered later still', async () => {
  const bench = new Bench();
  const service = bench.service();
  bench.engine.settings.latenciesMs.REGISTER_INSTANCE = 0;
  bench.engine.faults.delay('*', { beforeMs: 9999 });
  bench.engine.faults.delay('RegisterInstance', { beforeMs: 100, afterMs: 50 });
  const client = new ServiceDiscoveryClient(inProcessClientOptions(bench.engine));
  const command = new RegisterInstanceCommand({ ServiceId: service, InstanceId: 'i', Attributes: {} });
  let isAnswered = false;
  const answer = client.send(command).then(() => {
    isAnswered = true;
  });
  await until(() => bench.clock.nextDueMs() !== undefined);
  bench.clock.advance(99);
  expect(bench.listed(service)).toEqual([]);
  bench.clock.advance(1);
  await until(() => bench.clock.nextDueMs() !== undefined);
  expect([bench.listed(service), isAnswered]).toEqual([['i'], false]);
  bench.clock.advance(50);
  await answer;
});

it('a delay of * applies to every operation that has none of its own', async () => {
  const bench = new Bench();
  bench.engine.faults.delay('*', { beforeMs: 100 });
  const client = new ServiceDiscoveryClient(inProcessClientOptions(bench.engine));
  const answer = client.send(new ListInstancesCommand({ ServiceId: 'srv-nonesuch' }));
  await until(() => bench.clock.nextDueMs() !== undefined);
  expect(bench.engine.calls.size).toBe(0);
  bench.clock.advance(100);
  expect(await refusal(answer)).toMatchObject({ name: 'ServiceNotFound' });
});

it('a lost answer is a TimeoutError in process, and the SDK that retries finds its own operation', async () => {
  const bench = new Bench();
  const service = bench.service();
  const once = new ServiceDiscoveryClient(inProcessClientOptions(bench.engine));
  const thrice = new ServiceDiscoveryClient({ ...inProcessClientOptions(bench.engine), maxAttempts: 3 });
  bench.engine.faults.failNext('ListInstances', 'lost-before');
  const listing = once.send(new ListInstancesCommand({ ServiceId: service }));
  expect(await refusal(listing)).toMatchObject({ name: 'TimeoutError' });
  bench.engine.faults.failNext('RegisterInstance', 'lost-after');
  const input = { ServiceId: service, InstanceId: 'i', Attributes: {} };
  const { OperationId } = await thrice.send(new RegisterInstanceCommand(input));
  expect(bench.engine.calls.get('RegisterInstance')).toBe(2);
  const { Operation } = await once.send(new GetOperationCommand({ OperationId }));
  expect(Operation?.Type).toBe('REGISTER_INSTANCE');
});

it('a lost answer is a broken connection over HTTP', async () => {
  const bench = new Bench();
  const server = await serveCloudMap(bench.engine);
  bench.engine.faults.failNext('ListNamespaces', 'lost-before');
  const post = () =>
    fetch(server.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'Route53AutoNaming_v20170314.ListNamespaces' },
      body: '{}',
    });
  await expect(post()).rejects.toThrow('fetch failed');
  expect((await post()).status).toBe(200);
  await server.close();
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
