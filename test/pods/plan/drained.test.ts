import { expect, it } from 'vitest';
import { drainedMessage, gateOfDrained } from '../../../shared/pods/plan/drained.ts';

it('the gate of a pod of a drained cluster is open, and its message says how the drain ends', () => {
  const message =
    'cluster "local" is drained since 2026-11-21T12:00:00.000Z, so none of its pods is registered; ' +
    'a resync with "drain": false ends that';
  const drain = { sinceMs: Date.UTC(2026, 10, 21, 12), instances: 3 };
  expect(drainedMessage('local', drain)).toBe(message);
  expect(gateOfDrained('local', drain)).toEqual({ status: 'True', reason: 'Drained', message, quiet: false });
});
