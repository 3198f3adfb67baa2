import type { PodRecord } from '../model/records/pod-record.ts';
import { type Registration, registrationId } from '../model/records/registration.ts';

/** The stored registration in the same place, by this pod or by a former one of its name. */
export function findRegistration(record: PodRecord, registration: Registration): Registration | undefined {
  const id = registrationId(registration);
  return record.registrations.find((known) => registrationId(known) === id);
}
