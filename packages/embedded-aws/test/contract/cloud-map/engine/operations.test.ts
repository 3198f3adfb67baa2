import { expect, it } from 'vitest';
import { Bench } from './setup.ts';

it('an operation is SUBMITTED, PENDING and SUCCESS, and takes effect only then', () => {
  const bench = new Bench();
  const service = bench.service();
  const operation = bench.register(service, 'i');
  expect([bench.status(operation), bench.listed(service)]).toEqual(['SUBMITTED', []]);
  bench.clock.advance(25);
  expect([bench.status(operation), bench.listed(service)]).toEqual(['PENDING', []]);
  bench.clock.advance(74);
  expect([bench.status(operation), bench.listed(service)]).toEqual(['PENDING', []]);
  bench.clock.advance(1);
  expect([bench.status(operation), bench.listed(service)]).toEqual(['SUCCESS', ['i']]);
});

it('the dates of an operation are those of its submission and of its last status', () => {
  const bench = new Bench();
  const submittedAt = bench.clock.now();
  const { OperationId } = bench.call('CreateHttpNamespace', { Name: 'ns' });
  bench.clock.advance(1000);
  expect(bench.call('GetOperation', { OperationId }).Operation).toMatchObject({
    CreateDate: new Date(submittedAt),
    UpdateDate: new Date(submittedAt + 300),
  });
});

it('an operation without latency ends before the call returns', () => {
  const bench = new Bench();
  const service = bench.service();
  bench.engine.settings.latenciesMs.REGISTER_INSTANCE = 0;
  expect(bench.status(bench.register(service, 'i'))).toBe('SUCCESS');
  expect(bench.listed(service)).toEqual(['i']);
});

it('operations on different instances run side by side', () => {
  const bench = new Bench();
  const service = bench.service();
  bench.register(service, 'a');
  bench.register(service, 'b');
  bench.clock.advance(100);
  expect(bench.listed(service)).toEqual(['a', 'b']);
});

it('a deregistration under way makes another registration DuplicateRequest, with its operation', () => {
  const bench = new Bench();
  const service = bench.service();
  bench.register(service, 'i');
  bench.clock.advance(100);
  const running = bench.deregister(service, 'i');
  const input = { ServiceId: service, InstanceId: 'i', Attributes: {} };
  for (const operation of ['RegisterInstance', 'DeregisterInstance'])
    expect(bench.refusal(operation, input)).toMatchObject({
      code: 'DuplicateRequest',
      message: `Another operation of type DeregisterInstance and id ${running} is in progress`,
      members: { DuplicateOperationId: running },
    });
  bench.clock.advance(100);
  expect(bench.refusal('DeregisterInstance', input)).toMatchObject({ code: 'InstanceNotFound' });
});

it('a failed operation says why and has no effect', () => {
  const bench = new Bench();
  const service = bench.service();
  const failure = { code: 'INTERNAL_FAILURE', message: 'it broke' };
  bench.engine.faults.failOperations('REGISTER_INSTANCE', failure);
  const OperationId = bench.register(service, 'i');
  expect(bench.status(OperationId)).toBe('SUBMITTED');
  bench.clock.advance(100);
  expect(bench.call('GetOperation', { OperationId }).Operation).toMatchObject({
    Status: 'FAIL',
    ErrorCode: 'INTERNAL_FAILURE',
    ErrorMessage: 'it broke',
  });
  expect(bench.listed(service)).toEqual([]);
  bench.register(service, 'i');
  bench.clock.advance(100);
  expect(bench.listed(service)).toEqual(['i']);
});

it('a repeated request is its first operation, until something else happens to the instance', () => {
  const bench = new Bench();
  const service = bench.service();
  const token = { CreatorRequestId: 'once' };
  const first = bench.register(service, 'i', { a: '1' }, token);
  expect(bench.register(service, 'i', { a: '1' }, token)).toBe(first);
  bench.clock.advance(100);
  expect(bench.register(service, 'i', { a: '1' }, token)).toBe(first);
  expect(bench.register(service, 'i', { a: '2' }, token)).not.toBe(first);
  bench.clock.advance(100);
  bench.deregister(service, 'i');
  bench.clock.advance(100);
  expect(bench.register(service, 'i', { a: '2' }, token)).not.toBe(first);
  bench.clock.advance(100);
  expect(bench.listed(service)).toEqual(['i']);
});

it('a repeated request whose operation failed is a new operation', () => {
  const bench = new Bench();
  const service = bench.service();
  bench.engine.faults.failOperations('REGISTER_INSTANCE', { code: 'THROTTLED_REQUEST', message: 'slow' });
  const first = bench.register(service, 'i', {}, { CreatorRequestId: 'once' });
  bench.clock.advance(100);
  expect(bench.register(service, 'i', {}, { CreatorRequestId: 'once' })).not.toBe(first);
});

it('a namespace created again after its deletion is a new one, even with the same CreatorRequestId', () => {
  const bench = new Bench();
  const input = { Name: 'ns', CreatorRequestId: 'once' };
  const { OperationId } = bench.call('CreateHttpNamespace', input);
  bench.clock.advance(300);
  const [namespace] = bench.engine.snapshot().namespaces;
  bench.call('DeleteNamespace', { Id: namespace?.id });
  bench.clock.advance(300);
  expect(bench.call('CreateHttpNamespace', input).OperationId).not.toBe(OperationId);
});

it('a namespace that is being created cannot be created by another request', () => {
  const bench = new Bench();
  const { OperationId } = bench.call('CreateHttpNamespace', { Name: 'ns', CreatorRequestId: 'a' });
  expect(bench.refusal('CreateHttpNamespace', { Name: 'ns', CreatorRequestId: 'b' })).toMatchObject({
    code: 'DuplicateRequest',
    members: { DuplicateOperationId: OperationId },
  });
});

it('a service is not deleted while an operation works on it or on one of its instances', () => {
  const bench = new Bench();
  const service = bench.service();
  bench.register(service, 'i');
  expect(bench.refusal('DeleteService', { Id: service })).toMatchObject({ code: 'ResourceInUse' });
});

it('a stopped engine ends no operation any more', () => {
  const bench = new Bench();
  const service = bench.service();
  const operation = bench.register(service, 'i');
  bench.engine.stop();
  bench.clock.advance(1000);
  expect(bench.status(operation)).toBe('SUBMITTED');
  expect(bench.clock.nextDueMs()).toBeUndefined();
});

it('a snapshot has the true state, with health and operations', () => {
  const bench = new Bench({ listedAfterMs: 1000 });
  const service = bench.service();
  bench.register(service, 'i', { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
  bench.clock.advance(100);
  expect(bench.engine.snapshot()).toMatchObject({
    namespaces: [
      {
        name: 'ns',
        type: 'HTTP',
        services: [
          {
            name: 's',
            hasCustomHealthCheck: true,
            instances: { i: { attributes: { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' }, health: 'UNHEALTHY' } },
          },
        ],
      },
    ],
    operations: [
      { type: 'CREATE_NAMESPACE' },
      { type: 'REGISTER_INSTANCE', instanceId: 'i', status: 'SUCCESS' },
    ],
  });
  expect(bench.engine.calls.get('RegisterInstance')).toBe(1);
});

it('an operation that has ended stays so, in whatever order late timers run', () => {
  const due: (() => void)[] = [];
  const schedule = (_delayMs: number, action: () => void) => {
    due.push(action);
    return () => undefined;
  };
  const bench = new Bench({}, { clock: { now: () => 0, schedule } });
  const { OperationId } = bench.call('CreateHttpNamespace', { Name: 'n' });
  for (let latest = due.pop(); latest !== undefined; latest = due.pop()) latest();
  expect(bench.status(OperationId)).toBe('SUCCESS');
});
