/**
 * Attributes as one text, independent of their order, to compare whether a registration is up to date.
 * `AWS_INIT_HEALTH_STATUS` is left out, since it only sets the initial health.
 */
export function fingerprint(attributes: Readonly<Record<string, string>>): string {
  const entries = Object.entries(attributes).filter(([key]) => key !== 'AWS_INIT_HEALTH_STATUS');
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
