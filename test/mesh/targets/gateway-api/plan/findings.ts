import type { Difference } from '../../../../../shared/mesh/plan/resource.ts';
import { limits } from '../../../../../shared/mesh/targets/gateway-api/plan/limits.ts';
import { objectNameText } from '../../../../../shared/model/records/mesh-claim.ts';

/** Each as `refused spec.httpRoute.match.prefix: path`, with the name of the limit; of another object, behind its name. */
export function limitsIn(differences: readonly Difference[]): readonly string[] {
  return differences.map(({ object, path, effect, message, instead }) => {
    const [name] =
      Object.entries(limits).find(([, limit]) => limit[0] === message && limit[1] === instead) ?? [];
    const where = object === undefined ? path : `${objectNameText(object)} ${path}`;
    return `${effect} ${where}: ${name ?? message}`;
  });
}
