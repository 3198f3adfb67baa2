/**
 * The program that manages a service, from the label in the service's description:
 * `heritage=external-dns,external-dns/owner=default`.
 */
export function managerOf(description = ''): string | undefined {
  const [, program] = /(?:^|[",\s])heritage=([^",\s]+)/.exec(description) ?? [];
  if (program === undefined) return undefined;
  const [, owner] = /\/owner=([^",\s]+)/.exec(description) ?? [];
  return owner === undefined ? program : `${program} (owner ${owner})`;
}
