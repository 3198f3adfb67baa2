import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultImages } from '../../inject/images.ts';

interface Policy {
  readonly kind: string;
  readonly spec: { readonly variables?: readonly { readonly name: string; readonly expression: string }[] };
}

const { items } = parse(readFileSync('deploy/sidecars.yaml', 'utf8')) as {
  readonly items: readonly Policy[];
};

function expressionsOf(name: string): unknown {
  const found = items
    .flatMap(({ spec }) => spec.variables ?? [])
    .filter((variable) => variable.name === name);
  return [...new Set(found.map(({ expression }) => expression))];
}

// All else is compared by npm run test:sidecars.
it('deploy/sidecars.yaml and npm run inject have the same images', () => {
  expect(expressionsOf('envoyImage')).toEqual([`'${defaultImages.envoy}'`]);
  expect(expressionsOf('interceptionImage')).toEqual([`'${defaultImages.interception}'`]);
});
