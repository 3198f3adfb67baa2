import { expect } from 'vitest';
import { serviceText } from '../../shared/model/identity.ts';
import type { Claim } from '../../shared/model/records/registration.ts';

/** Of a claim: its path, and its phase with its owner, as scenarios write them. */
export function claimText({ service, instanceId, phase, owner }: Claim): readonly [string, string] {
  const place = service.target === 'own/own' ? '' : ` in ${service.target}`;
  return [`${serviceText(service)}/${instanceId}${place}`, `${phase} ${owner.name}`];
}

/** An expectation of as many texts, each of which contains its part. */
export function containing(parts: readonly string[]): unknown[] {
  return parts.map((part) => expect.stringContaining(part));
}
