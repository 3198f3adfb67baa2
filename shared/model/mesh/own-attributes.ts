import type * as z from 'zod/mini';

/** Prefix of the attribute names that Cloud Map reserves. */
export function isReserved(key: string): boolean {
  return (key[0] === 'A' || key[0] === 'a') && /^aws_/i.test(key);
}

/** Of an instance; RegisterInstance, "Attributes". */
const maxCustomAttributes = 30;
const maxCharacters = 5000;

type Attributes = readonly { readonly key: string; readonly value: string }[];

/**
 * Checks a virtual node's custom attributes beyond the form of each: invalid ones can never be registered. Not part of the
 * CRDs: the API server would refuse status writes to existing objects that violate it.
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
            message: 'expected a name that does not begin with AWS_, which Cloud Map reserves',
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
            message: `expected at most ${maxCustomAttributes} attributes, the limit of Cloud Map; found ${names}`,
          },
        ]
      : []),
    ...(characters > maxCharacters
      ? [
          {
            path: [],
            message: `expected at most ${maxCharacters} characters in total, the limit of Cloud Map; found ${characters}`,
          },
        ]
      : []),
  ];
}
