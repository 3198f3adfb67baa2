import type { ServiceEntriesConfig } from '../../model/config/service-entries.ts';
import { dnsName } from '../../model/dns-name.ts';
import { matchesWildcard } from '../../pods/plan/services/tenancy.ts';
import type { CloudMapNamespaceView } from './cloud-map-view.ts';

type Tags = Readonly<Record<string, string>>;
type Selectors = Pick<ServiceEntriesConfig, 'namespaces' | 'services'>;

/** Whether a Cloud Map namespace is imported. Tags that are not known match no selector that names tags. */
export function selectsNamespace(
  { namespaces }: Pick<Selectors, 'namespaces'>,
  { name, arn }: Pick<CloudMapNamespaceView, 'name' | 'arn'>,
  tags: Tags | undefined,
): boolean {
  return namespaces.some(
    (selector) =>
      matchesName(selector.name, name) &&
      (selector.arn === undefined || selector.arn === arn) &&
      matchesTags(selector.tags, tags),
  );
}

/** Whether a service of an imported namespace is imported. */
export function selectsService(
  { services }: Pick<Selectors, 'services'>,
  namespace: Pick<CloudMapNamespaceView, 'name'>,
  serviceName: string,
  tags: Tags | undefined,
): boolean {
  return services.some(
    (selector) =>
      matchesService(selector.name, namespace.name, serviceName) && matchesTags(selector.tags, tags),
  );
}

/** Whether the service could be imported, by its names alone. Without a service name: any service of the namespace. */
export function mayImport(
  { namespaces, services }: Selectors,
  {
    namespaceName,
    serviceName,
  }: { readonly namespaceName: string; readonly serviceName?: string | undefined },
): boolean {
  if (!namespaces.some(({ name }) => matchesName(name, namespaceName))) return false;
  return (
    serviceName === undefined || services.some(({ name }) => matchesService(name, namespaceName, serviceName))
  );
}

/** Whether tags of namespaces must be read to know which are imported. */
export function usesNamespaceTags({ namespaces }: Pick<Selectors, 'namespaces'>): boolean {
  return namespaces.some(({ tags }) => tags !== undefined);
}

export function usesServiceTags({ services }: Pick<Selectors, 'services'>): boolean {
  return services.some(({ tags }) => tags !== undefined);
}

/** The namespaces to read by ARN: ListNamespaces does not answer those of other accounts. */
export function namedArns({ namespaces }: Pick<Selectors, 'namespaces'>): readonly string[] {
  return [...new Set(namespaces.flatMap(({ arn }) => arn ?? []))];
}

/** A pattern with a slash is of the namespace and the service, since no service name has one. */
function matchesService(pattern: string | undefined, namespaceName: string, serviceName: string): boolean {
  const text = pattern?.includes('/') ? `${namespaceName}/${serviceName}` : serviceName;
  return matchesName(pattern, text);
}

function matchesName(pattern: string | undefined, name: string): boolean {
  return pattern === undefined || matchesWildcard(dnsName(pattern), dnsName(name));
}

function matchesTags(wanted: Tags | undefined, tags: Tags | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, pattern]) => {
    const value = tags?.[key];
    return value !== undefined && matchesWildcard(pattern, value);
  });
}
