import type { PodRecord } from '../model/pod-record.ts';
import { type Registration, registrationId } from '../model/registration.ts';

export function isRegistered(record: PodRecord, registration: Registration): boolean {
  const id = registrationId(registration);
  return record.registrations.some((known) => registrationId(known) === id);
}
