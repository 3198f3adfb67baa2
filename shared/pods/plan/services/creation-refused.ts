import { QuotaExceededError, RefusedError } from '../../../model/errors.ts';
import { type ServiceKey, serviceText } from '../../../model/identity.ts';

/**
 * A handler of rejected promises: a quota that a creation reaches becomes a refusal, because a person has to act before a retry
 * can succeed.
 */
export function refusing(refusal: (quota: QuotaExceededError) => RefusedError): (error: unknown) => never {
  return (error) => {
    throw error instanceof QuotaExceededError ? refusal(error) : error;
  };
}

/** AWS publishes no quota of services, so only its own text can name the one that is reached. */
export function serviceRefused(service: ServiceKey, cause: QuotaExceededError): RefusedError {
  return refused(
    `Cloud Map service ${serviceText(service)} is not created, because a quota of Cloud Map is reached: ${cause.message}; ` +
      'ask for more in Service Quotas (AWS Cloud Map), or delete services that nobody needs',
    cause,
  );
}

export function namespaceRefused(name: string, cause: QuotaExceededError): RefusedError {
  return refused(
    `Cloud Map namespace ${name} is not created, because the account has as many as its quota "Namespaces per Region" allows ` +
      `(50 unless AWS raised it): ${cause.message}; ask for more in Service Quotas, delete namespaces that nobody needs, or use ` +
      'another namespace',
    cause,
  );
}

export function zoneRefused(name: string, vpc: string | undefined, cause: Error): RefusedError {
  const where = vpc === undefined ? '' : ` in ${vpc}`;
  return refused(
    `Cloud Map namespace ${name} is not created, because Route 53 does not create its hosted zone${where}: ${cause.message}; ` +
      'dissociate the VPC from other private hosted zones whose name overlaps, ask for more of the quota "Hosted zones" of ' +
      'Route 53 if it is reached, or use another namespace',
    cause,
  );
}

function refused(message: string, cause: Error): RefusedError {
  return new RefusedError(message, { cause, dependsOn: 'creation' });
}
