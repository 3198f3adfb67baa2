import * as z from 'zod';
import { portMapping } from './ports.ts';
import { awsName, meshRef } from './references.ts';
import { type Route, route } from './route.ts';

/** App Mesh knows a router's routes by their names. */
function refuseTakenNames(routes: readonly Route[], context: z.RefinementCtx): void {
  routes.forEach(({ name }, index) => {
    if (routes.findIndex((other) => other.name === name) < index)
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `the name ${name} is taken by an earlier route; expected each name once in a router`,
      });
  });
}

export const virtualRouterSpec = z.strictObject({
  awsName,
  listeners: z.array(z.strictObject({ portMapping })).min(1).nullish(),
  routes: z.array(route).superRefine(refuseTakenNames).nullish(),
  meshRef: meshRef.nullish(),
});
export type VirtualRouterSpec = z.output<typeof virtualRouterSpec>;
