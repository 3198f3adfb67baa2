import type { Problem } from '../../../model/problem.ts';
import type { IpFamily } from '../eligibility.ts';

/** What asks for a pod's registration: a VirtualNode or the pod's annotations. */
export interface Source {
  readonly text: string;
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly port: number | undefined;
  readonly ipFamily: IpFamily;
  readonly lacksMesh: boolean;
}

export function invalid(source: string, message: string): Problem {
  return { source, code: 'Rejected', message };
}
