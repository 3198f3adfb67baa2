import type { Refusal } from '../../model/records/refusal.ts';

const reasons = {
  instance: 'InstanceTaken',
  owners: 'OwnedByAnother',
  'service quota': 'ServiceFull',
  'namespace quota': 'NamespaceFull',
  creation: 'CreationRefused',
} as const;

/** Why a registration was refused, as the metric `Refusals` names it. */
export function refusalReason({
  isPermanent,
  dependsOn,
}: Pick<Refusal, 'isPermanent' | 'dependsOn'>): string {
  if (dependsOn !== undefined) return reasons[dependsOn];
  return isPermanent ? 'RejectedByCloudMap' : 'NotAllowed';
}
