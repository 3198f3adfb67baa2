import type * as z from 'zod/mini';

/** Names by which Cloud Map itself acts. */
export function isReserved(key: string): boolean {
  return (key[0] === 'A' || key[0] === 'a') && /^aws_/i.test(key);
}

/** Of an instance; RegisterInstance, "Attributes". */
const maxCustomAttributes = 30;
const maxCharacters = 5000;

type Attributes = readonly { readonly key: string; readonly value: string }[];

/**
 * What is wrong with the attributes of a virtual node's own, beyond each one's form: they can never be registered. Not a
 * part of the CRDs: an object from before could have its status written no more.
 */
export function checkAttributes(
  attributes: Attributes | null | undefined,
  context: z.core.$RefinementCtx,
): void {
  for (const { path, message } of faultsOf(attributes ?? []))
    context.addIssue({ code: 'custom', path, message });
}

function faultsOf(attributes: Attributes) {
  const reserved = attributes.flatMap(({ key }, index) =>
    isReserved(key)
      ? [
          {
            path: [index, 'key'],
            message: 'expected a name that does not begin with AWS_, by which Cloud Map itself acts',
          },
        ]
      : [],
  );
  const names = new Set(attributes.map(({ key }) => key)).size;
  const characters = attributes.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  return [
    ...reserved,
    ...(names > maxCustomAttributes
      ? [
          {
            path: [],
            message: `expected at most ${maxCustomAttributes} attributes, as Cloud Map takes; found ${names}`,
          },
        ]
      : []),
    ...(characters > maxCharacters
      ? [
          {
            path: [],
            message: `expected at most ${maxCharacters} characters in all, as Cloud Map takes; found ${characters}`,
          },
        ]
      : []),
  ];
}
