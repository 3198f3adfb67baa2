import { expect, it } from 'vitest';
import { withHealth } from '../../shared/model/service-view.ts';

it('instances have their health as far as it could be read', () => {
  const instances = new Map([
    ['a', { attributes: { x: '1' } }],
    ['b', { attributes: {}, health: 'HEALTHY' }],
  ]);
  const health = new Map([
    ['a', 'UNHEALTHY'],
    ['c', 'HEALTHY'],
  ]);
  expect([...withHealth(instances, health)]).toStrictEqual([
    ['a', { attributes: { x: '1' }, health: 'UNHEALTHY' }],
    ['b', { attributes: {}, health: 'HEALTHY' }],
  ]);
});
