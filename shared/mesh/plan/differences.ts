import { type ObjectName, objectNameText } from '../../model/records/mesh-claim.ts';
import type { Problem } from './problem.ts';
import type { Difference } from './resource.ts';

interface Stated {
  readonly entry: { readonly id: ObjectName };
  readonly differences: readonly Difference[];
}

/** `spec.logging: …; instead: …`; a field of another object is named with that object. */
export function differenceText({ object, path, message, instead }: Difference, of: ObjectName): string {
  const other = object !== undefined && objectNameText(object) !== objectNameText(of);
  return `${other ? `${objectNameText(object)} ` : ''}${path}: ${message}; instead: ${instead}`;
}

/** The problems of an object of which the target cannot express a field: its last valid state stays in effect. */
export function unsupported(differences: readonly Difference[], of: ObjectName): readonly Problem[] {
  return differences
    .filter(({ effect }) => effect === 'refused')
    .map((difference) => ({ reason: 'Unsupported', message: differenceText(difference, of) }));
}

/** By object name, the differences that resources of other objects state about it, each once. */
export function statedByOthers(plans: readonly Stated[]): ReadonlyMap<string, readonly Difference[]> {
  const foreign = plans.flatMap(({ entry, differences }) =>
    differences.flatMap((difference) => {
      const name = difference.object && objectNameText(difference.object);
      return name === undefined || name === objectNameText(entry.id) ? [] : [{ name, difference }];
    }),
  );
  return new Map(
    [...Map.groupBy(foreign, ({ name }) => name)].map(([name, those]) => [
      name,
      distinct(those.map(({ difference }) => difference)),
    ]),
  );
}

export function distinct(differences: readonly Difference[]): readonly Difference[] {
  return [
    ...new Map(
      differences.map((each) => [`${each.object?.name} ${each.path} ${each.message}`, each]),
    ).values(),
  ];
}
