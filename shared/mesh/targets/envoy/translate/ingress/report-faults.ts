import type { Report } from '../../../../plan/report.ts';
import { faultsOfPart } from '../../check/faults.ts';
import type { ProxyConfig } from '../proxy.ts';

/**
 * What Envoy would refuse of that which an object becomes, beyond what is checked field by field. It is the object's own
 * fault, also where it is part of the proxies of others.
 */
export function reportFaults(part: ProxyConfig, path: string, report: Report): void {
  const [fault] = faultsOfPart(part);
  if (fault)
    report.refuse(
      path,
      `Envoy would refuse what this becomes: ${fault.path} ${fault.message}`,
      'another value',
    );
}
