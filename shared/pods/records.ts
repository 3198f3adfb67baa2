import type { PodRecord } from '../model/records/pod-record.ts';
import { type Registration, registrationId } from '../model/records/registration.ts';

export function isRegistered(record: PodRecord, registration: Registration): boolean {
  const id = registrationId(registration);
  return record.registrations.some((known) => registrationId(known) === id);
}
