import { describe, expect, it } from 'vitest';
import { objectNameText } from '../../../shared/model/records/mesh-claim.ts';
import { type MeshStatus, statusesIn } from '../../../shared/model/records/mesh-status.ts';
import { isDeregistered, registrationId } from '../../../shared/model/records/registration.ts';

describe('the names in records', () => {
  it.each([
    [{ kind: 'VirtualNode', namespace: 'shop', name: 'front' } as const, 'VirtualNode shop/front'],
    [{ kind: 'Mesh', namespace: '', name: 'shop' } as const, 'Mesh shop'],
  ])('of an object %j: %s', (name, expected) => {
    expect(objectNameText(name)).toBe(expected);
  });

  it('of a registration tell services of one name in two namespaces apart', () => {
    const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
    expect(registrationId({ service, instanceId: '10.0.0.1' })).toBe('own/own|shop.local|front|10.0.0.1');
    expect(registrationId({ service: { ...service, chosen: 'ns-1' }, instanceId: '10.0.0.1' })).toBe(
      'own/own|shop.local ns-1|front|10.0.0.1',
    );
  });
});

it.each([
  ['releasing', 'op-1', true],
  ['releasing', undefined, false],
  ['applied', 'op-1', false],
  ['claimed', undefined, false],
] as const)('a claim in phase %s with operation %s is deregistered: %s', (phase, operationId, expected) => {
  expect(isDeregistered({ phase, operationId })).toBe(expected);
});

describe('the statuses in a record', () => {
  const status: MeshStatus = { arn: 'arn:1', condition: { status: 'True', reason: 'Applied', message: '' } };

  it('are those of the targets, or of App Mesh in a record of an earlier version', () => {
    const mesh = { ...status, changedAt: '2026-11-21T10:00:00Z' };
    expect(statusesIn({ targets: { istio: status }, mesh })).toEqual({ istio: status });
    expect(statusesIn({ mesh })).toStrictEqual({ 'app-mesh': status });
    expect(statusesIn({})).toEqual({});
  });
});
