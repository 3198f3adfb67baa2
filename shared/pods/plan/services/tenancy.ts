import type { TenancyRule } from '../../../model/cluster-config.ts';
import { dnsName } from '../../../model/dns-name.ts';
import type { Tenant } from '../../../model/records/registration.ts';

interface ServiceRequest extends Tenant {
  readonly namespaceName: string;
  readonly serviceName: string;
  /** Undefined before Cloud Map is asked. Only HTTP namespaces distinguish names by case. */
  readonly namespaceKind?: 'http' | 'private-dns' | undefined;
}

/** Why the tenancy rules forbid a Kubernetes namespace a service; null if they allow it or there are none. */
export function whyNotAllowed(
  request: ServiceRequest,
  rules: readonly TenancyRule[] | undefined,
): string | null {
  if (rules === undefined || rules.some((rule) => allows(rule, request))) return null;
  const service = `${request.namespaceName}/${request.serviceName}`;
  return `no tenancy rule of cluster ${request.cluster} lets namespace ${request.kubernetesNamespace} register into ${service}`;
}

function allows(rule: TenancyRule, request: ServiceRequest): boolean {
  const matches = request.namespaceKind === 'http' ? matchesWildcard : matchesDnsWildcard;
  return (
    rule.kubernetesNamespaces.some((pattern) => matchesWildcard(pattern, request.kubernetesNamespace)) &&
    rule.cloudMapNamespaces.some((pattern) => matches(pattern, request.namespaceName)) &&
    rule.services.some((pattern) => matches(pattern, request.serviceName))
  );
}

function matchesDnsWildcard(pattern: string, name: string): boolean {
  return matchesWildcard(dnsName(pattern), dnsName(name));
}

/**
 * `*` stands for any characters, including none; every other character for itself. The parts between stars are searched
 * in order, each as early as possible, and never need backtracking. A regular expression would try all combinations,
 * which are exponentially many in the number of stars.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
