import type { Difference } from '../../../../shared/mesh/plan/resource.ts';

/** What is stated of an object, each as `effect path: message; what to do instead`. */
export function statedOf(differences: readonly Difference[]): readonly string[] {
  return differences.map(
    ({ effect, path, message, instead, reason }) =>
      `${effect} ${path}: ${message}; ${instead}${reason ? ` (${reason})` : ''}`,
  );
}
