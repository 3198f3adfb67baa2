import { expect, it } from 'vitest';
import { handleJson11 } from '../../../../src/cloud-map/json11.ts';
import { Bench } from './setup.ts';

const prefix = 'Route53AutoNaming_v20170314';

async function post(bench: Bench, operation: string, body: string) {
  const response = await handleJson11(bench.engine, { target: `${prefix}.${operation}`, body });
  return { status: response?.status, ...JSON.parse(response?.body ?? '{}') };
}

it('an unknown operation is UnknownOperationException', async () => {
  const bench = new Bench();
  const unknown = { status: 400, __type: 'UnknownOperationException' };
  expect(await post(bench, 'LaunchRocket', '{}')).toMatchObject(unknown);
  expect(await post(bench, 'toString', '{}')).toMatchObject(unknown);
  const other = await handleJson11(bench.engine, { target: undefined, body: '{}' });
  expect(other?.status).toBe(400);
});

it('a body that is not JSON, or of the wrong types, is SerializationException', async () => {
  const bench = new Bench();
  for (const body of ['{', '[]', '"x"', '{"MaxResults":"10"}', '{"Filters":{}}', '{"Filters":[1]}'])
    expect(await post(bench, 'ListServices', body)).toMatchObject({
      status: 400,
      __type: 'SerializationException',
    });
});

it('a member that is null is absent, and unknown members are ignored', async () => {
  const bench = new Bench();
  expect(await post(bench, 'ListServices', '{"MaxResults":null,"Color":"blue"}')).toMatchObject({
    status: 200,
    Services: [],
  });
  expect(await post(bench, 'ListServices', '')).toMatchObject({ status: 200 });
});

it('times are seconds with a fraction', async () => {
  const bench = new Bench();
  const { OperationId } = await post(bench, 'CreateHttpNamespace', '{"Name":"ns"}');
  bench.clock.advance(300);
  const { Operation } = await post(bench, 'GetOperation', JSON.stringify({ OperationId }));
  expect(Operation.UpdateDate).toBe(bench.clock.now() / 1000);
  expect(Operation.UpdateDate % 1).toBeCloseTo(0.3);
});

it('an error has its type, its message and its other members', async () => {
  const bench = new Bench();
  const service = bench.service();
  const operation = bench.register(service, 'i');
  const body = JSON.stringify({ ServiceId: service, InstanceId: 'i', Attributes: {} });
  expect(await post(bench, 'RegisterInstance', body)).toEqual({
    status: 400,
    __type: 'DuplicateRequest',
    Message: `Another operation of type RegisterInstance and id ${operation} is in progress`,
    DuplicateOperationId: operation,
  });
});

/** The words of AWS's validator, as they are seen in bug reports. */
it.each([
  [
    'GetService',
    {},
    "1 validation error detected: Value null at 'id' failed to satisfy constraint: Member must not be null",
  ],
  [
    'ListServices',
    { MaxResults: 101 },
    "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: " +
      'Member must have value less than or equal to 100',
  ],
  [
    'UpdateInstanceCustomHealthStatus',
    { ServiceId: 'srv-1', InstanceId: 'i', Status: 'FINE' },
    "1 validation error detected: Value 'FINE' at 'status' failed to satisfy constraint: " +
      'Member must satisfy enum value set: [HEALTHY, UNHEALTHY]',
  ],
  [
    'RegisterInstance',
    { InstanceId: 'a b', Attributes: { 'a b': '', b: ' y' } },
    "4 validation errors detected: Value null at 'serviceId' failed to satisfy constraint: " +
      "Member must not be null; Value 'a b' at 'instanceId' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: ^[0-9a-zA-Z_/:.@-]+$; ' +
      "Value 'a b' at 'attributes' failed to satisfy constraint: Map keys must satisfy constraint: " +
      '[Member must satisfy regular expression pattern: ^[a-zA-Z0-9!-~]+$]; ' +
      "Value ' y' at 'attributes' failed to satisfy constraint: Map value must satisfy constraint: " +
      '[Member must satisfy regular expression pattern: ' +
      '^([a-zA-Z0-9!-~][ \\ta-zA-Z0-9!-~]*){0,1}[a-zA-Z0-9!-~]{0,1}$]',
  ],
  [
    'TagResource',
    { ResourceARN: 'arn', Tags: [{ Key: '', Value: 'x' }] },
    "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: " +
      'Member must have length greater than or equal to 1',
  ],
])('%s says what is wrong with %j', (operation, input, message) => {
  expect(new Bench().refusal(operation, input)).toMatchObject({ code: 'InvalidInput', message });
});
