import { expect, it } from 'vitest';
import { refusalReason } from '../../../shared/pods/plan/refusal-reason.ts';

it.each([
  ['instance', false, 'InstanceTaken'],
  ['owners', false, 'OwnedByAnother'],
  ['service quota', false, 'ServiceFull'],
  ['namespace quota', false, 'NamespaceFull'],
  ['namespace quota', true, 'NamespaceFull'],
  ['creation', false, 'CreationRefused'],
  [undefined, true, 'RejectedByCloudMap'],
  [undefined, false, 'NotAllowed'],
] as const)(
  'a refusal that depends on %s, permanent: %s, is counted as %s',
  (dependsOn, isPermanent, reason) => {
    expect(refusalReason({ isPermanent, dependsOn })).toBe(reason);
  },
);
