import { describe, expect, it } from 'vitest';
import type { InstanceRow, ServiceRow } from '../../../shared/report/plan/report.ts';
import { bounded, linesOf } from './harness.ts';

describe('a service', () => {
  const row: ServiceRow = {
    ...{ id: 's', namespaceName: 'shop.local', serviceName: 'front', clusters: ['a', 'b'], level: 'ok' },
    ...{ notes: [], healthCheck: true, counts: { healthy: 1, unhealthy: 0, foreign: 0 } },
    ...{ instances: bounded([]), command: 'explain it', kind: 'HTTP', serviceId: 'srv-1' },
  };
  const instance: InstanceRow = {
    ...{ instanceId: '10.0.0.1', state: 'registered', owner: 'ours', ownerReason: 'because', attributes: [] },
  };
  const shown = (changes: Partial<ServiceRow> = {}) =>
    linesOf('services', { services: bounded([{ ...row, ...changes }]) });
  const cells = (changes: Partial<InstanceRow>) =>
    shown({ instances: bounded([{ ...instance, ...changes }]) })
      .find((line) => line.startsWith('10.0.0.1 |'))
      ?.split(' | ');

  it('has its instances, its kind and who uses it', () => {
    expect(shown()).toEqual([
      ...[
        '✓ OK shop.local/front 1 instance',
        'HTTP, custom health check; used by a, b; id srv-1',
        'No instance.',
      ],
      'explain it',
    ]);
    expect(shown({ kind: undefined, serviceId: undefined, healthCheck: false })[1]).toBe(
      'not created yet, no health check; used by a, b',
    );
  });

  it('counts its instances, and those that are unhealthy or of others', () => {
    const first = (counts: ServiceRow['counts'], healthCheck = true) => shown({ counts, healthCheck })[0];
    expect(first({ healthy: 0, unhealthy: 0, foreign: 0 })).toBe('✓ OK shop.local/front 0 instances');
    expect(first({ healthy: 1, unhealthy: 2, foreign: 1 })).toBe(
      '✓ OK shop.local/front 3 instances, 2 unhealthy, 1 not ours',
    );
    expect(first({ healthy: 0, unhealthy: 1, foreign: 0 }, false)).toBe('✓ OK shop.local/front 1 instance');
    expect(first({ healthy: 1, unhealthy: 1, foreign: 0 }, false)).toBe('✓ OK shop.local/front 2 instances');
  });

  it('says what is wrong with it', () => {
    expect(shown({ level: 'problem', notes: ['it is full', 'x'] }).slice(0, 3)).toEqual([
      ...['✕ Problem shop.local/front 1 instance', 'it is full', 'x'],
    ]);
  });

  it('says how many instances are left out', () => {
    expect(shown({ instances: bounded([], 1200) })).toContain(
      'Its 1,200 instances are left out here. The command below lists them.',
    );
    expect(shown({ instances: bounded([instance], 2) }).join('\n')).toContain(
      'The first 1 of 2 instances are shown. The command below lists all.',
    );
    expect(shown({ instances: bounded([instance]) }).join('\n')).not.toContain('are shown');
  });

  it.each<[Partial<InstanceRow>, string]>([
    [{}, '✓ registered'],
    [{ health: 'HEALTHY' }, '✓ HEALTHY'],
    [{ health: 'UNHEALTHY' }, '✕ UNHEALTHY'],
    [{ state: 'registering', health: 'HEALTHY' }, '! registering'],
    [{ state: 'deregistering' }, '! deregistering'],
  ])('has the state of an instance %j', (changes, state) => {
    expect(cells(changes)?.[1]).toBe(state);
  });

  it('has the pod and the owner of an instance', () => {
    expect(cells({})?.slice(2)).toEqual(['–', 'eks-mesh-sync', '–']);
    expect(cells({ pod: 'shop/x' })?.[2]).toBe('shop/x');
    expect(cells({ pod: 'shop/x', cluster: 'a' })?.[2]).toBe('shop/x of a');
    expect(cells({ owner: 'leftover' })?.[3]).toBe('App Mesh controller: because');
    expect(cells({ owner: 'foreign' })?.[3]).toBe('somebody else: because');
  });

  it('has the attributes of an instance', () => {
    const lines = shown({
      instances: bounded([
        {
          ...instance,
          attributes: [
            ['app', 'front'],
            ['z', '1'],
          ],
        },
      ]),
    });
    expect(lines.filter((line) => /attributes|^app|^z/.test(line))).toEqual([
      ...['10.0.0.1 | ✓ registered | – | eks-mesh-sync | 2 attributes', 'app: front', 'z: 1'],
    ]);
  });
});
