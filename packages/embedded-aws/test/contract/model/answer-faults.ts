import { type Model, shapeOf } from './botocore.ts';

/** Where an answer is not of a shape: members that the shape does not know, other types, values beyond an enum. */
export function faultsOf(model: Model, value: unknown, shapeName: string, path: string): string[] {
  const { members, member, value: item, type, ...shape } = shapeOf(model, shapeName);
  if (members !== undefined)
    return entriesOf(value).flatMap(([key, child]) => {
      const known = members[key];
      return known === undefined
        ? [`${path}.${key} is unknown`]
        : faultsOf(model, child, known.shape, `${path}.${key}`);
    });
  if (member !== undefined)
    return (value as unknown[]).flatMap((child) => faultsOf(model, child, member.shape, `${path}[]`));
  if (item !== undefined)
    return entriesOf(value).flatMap(([key, child]) => faultsOf(model, child, item.shape, `${path}.${key}`));
  const isOfType = typeof value === (type === 'string' || type === 'boolean' ? type : 'number');
  const isRight = isOfType && (shape.enum?.includes(String(value)) ?? true);
  return isRight ? [] : [`${path} is ${JSON.stringify(value)}; expected ${shapeName}`];
}

/** What a shape requires and an answer of its known members lacks. */
export function missingIn(model: Model, value: unknown, shapeName: string, path: string): string[] {
  const { members = {}, member, required = [] } = shapeOf(model, shapeName);
  if (member !== undefined)
    return (value as unknown[]).flatMap((child) => missingIn(model, child, member.shape, `${path}[]`));
  const inMembers = Object.entries(members).flatMap(([key, { shape }]) => {
    const child = (value as Record<string, unknown>)[key];
    return child === undefined ? [] : missingIn(model, child, shape, `${path}.${key}`);
  });
  const lacking = required.filter((key) => !Object.hasOwn(value as object, key));
  return [...lacking.map((key) => `${path}.${key} is missing`), ...inMembers];
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(value as Record<string, unknown>);
}
