import { expect, it } from 'vitest';
import { mustNote } from '../../../../shared/pods/plan/services/used-service.ts';

const nowMs = 1e12;
const hour = 3_600_000;
const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };

it.each([
  [0, false],
  [hour - 1, false],
  [hour, true],
  [-hour + 1, false],
  [-hour, true],
])('the use of a service that was recorded %i ms ago is recorded again: %s', (agoMs, expected) => {
  expect(mustNote({ service, usedAtMs: nowMs - agoMs }, nowMs)).toBe(expected);
});

it('the first use of a service is recorded', () => {
  expect(mustNote(undefined, nowMs)).toBe(true);
});
