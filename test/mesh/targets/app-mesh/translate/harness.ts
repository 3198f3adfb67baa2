import type { Resolver } from '../../../../../shared/mesh/plan/references/resolver.ts';

/** Finds whatever it is asked for, in the namespace `shop` if none is named, and keeps where it was asked. */
export function aResolver(): Resolver & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    nameOf: (kind, { name, namespace }, path) => {
      asked.push(`${kind} ${path}`);
      return `${name}${kind === 'VirtualService' ? '.' : '_'}${namespace ?? 'shop'}`;
    },
    backendGroup: () => new Set<string>(),
  };
}

/** The ARN of a resource in the mesh `shop`. */
export const arn = (kind: string, name: string) =>
  `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/${name}`;

/** The faults of a reference in the wrong form and of an ARN of something else. */
export const expectedName = "expected an object's name: small letters, digits, - and .";
export const expectedArn = (kind: string) => `expected the ARN of a ${kind}, such as ${arn(kind, 'orders')}`;
