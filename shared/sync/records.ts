import { type Registration, registrationId } from '../model/registration.ts';
import type { PodRecord } from './ports.ts';

export function isRegistered(record: PodRecord, registration: Registration): boolean {
  const id = registrationId(registration);
  return record.registrations.some((known) => registrationId(known) === id);
}
