import * as z from 'zod/mini';
import { portMapping } from '../ports.ts';
import { awsName, meshRef } from '../references.ts';
import { type Route, route } from '../route.ts';

/** App Mesh identifies a router's routes by name. */
function refuseTakenNames(routes: readonly Route[], context: z.core.$RefinementCtx): void {
  const taken = new Set<string>();
  routes.forEach(({ name }, index) => {
    if (taken.has(name))
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `the name "${name}" is already used by an earlier route; route names must be unique within a router`,
      });
    taken.add(name);
  });
}

export const virtualRouterSpec = z.strictObject({
  awsName,
  listeners: z.nullish(z.array(z.strictObject({ portMapping })).check(z.minLength(1))),
  routes: z.nullish(z.array(route).check(z.superRefine(refuseTakenNames))),
  meshRef: z.nullish(meshRef),
});
export type VirtualRouterSpec = z.output<typeof virtualRouterSpec>;
