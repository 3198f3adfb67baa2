import { expect, it } from 'vitest';
import { Bench } from './setup.ts';

it('an instance that has not propagated is InstanceNotFound to every read', () => {
  const bench = new Bench({ listedAfterMs: 5000 });
  const service = bench.service();
  const operation = bench.register(service, 'i');
  bench.clock.advance(100);
  expect(bench.status(operation)).toBe('SUCCESS');
  const input = { ServiceId: service, InstanceId: 'i', Status: 'UNHEALTHY' };
  for (const name of ['GetInstance', 'DeregisterInstance', 'UpdateInstanceCustomHealthStatus'])
    expect(bench.refusal(name, input)).toMatchObject({ code: 'InstanceNotFound' });
  expect(bench.listed(service)).toEqual([]);
  bench.clock.advance(5000);
  expect(bench.listed(service)).toEqual(['i']);
  expect(bench.status(bench.deregister(service, 'i'))).toBe('SUBMITTED');
});

it('a service is not deleted for looking empty', () => {
  const bench = new Bench({ listedAfterMs: 5000 });
  const service = bench.service();
  bench.register(service, 'i');
  bench.clock.advance(100);
  expect(bench.refusal('DeleteService', { Id: service })).toMatchObject({ code: 'ResourceInUse' });
});

it('DiscoverInstances lags by itself, and its revision with it', () => {
  const bench = new Bench({ discoveredAfterMs: 2000 });
  const service = bench.service();
  bench.register(service, 'i');
  bench.clock.advance(100);
  expect([bench.listed(service), bench.discovered(), bench.revision()]).toEqual([['i'], [], 0]);
  bench.clock.advance(2000);
  expect([bench.discovered(), bench.revision()]).toEqual([['i'], 1]);
  bench.deregister(service, 'i');
  bench.clock.advance(100);
  expect([bench.listed(service), bench.discovered(), bench.revision()]).toEqual([[], ['i'], 1]);
  bench.clock.advance(2000);
  expect([bench.discovered(), bench.revision()]).toEqual([[], 2]);
});

it('a change that arrives after a later one counts no more', () => {
  const bench = new Bench({ listedAfterMs: 10_000 });
  const service = bench.service();
  bench.register(service, 'i');
  bench.clock.advance(100);
  bench.engine.settings.listedAfterMs = 0;
  bench.register(service, 'i', { a: '2' });
  bench.clock.advance(100);
  bench.deregister(service, 'i');
  bench.clock.advance(100);
  bench.clock.advance(20_000);
  expect(bench.listed(service)).toEqual([]);
});

it('instances are listed in the order of their registration, whenever they arrive', () => {
  const bench = new Bench({ listedAfterMs: 1000 });
  const service = bench.service();
  bench.register(service, 'a');
  bench.clock.advance(100);
  bench.engine.settings.listedAfterMs = 0;
  bench.register(service, 'b');
  bench.clock.advance(2000);
  expect(bench.listed(service)).toEqual(['a', 'b']);
});
