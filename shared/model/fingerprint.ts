/**
 * Attributes as one text, whatever their order: what is compared to see whether a registration is still right.
 * `AWS_INIT_HEALTH_STATUS` is left out, since it only says how a registration begins.
 */
export function fingerprint(attributes: Readonly<Record<string, string>>): string {
  const entries = Object.entries(attributes).filter(([key]) => key !== 'AWS_INIT_HEALTH_STATUS');
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
