import * as z from 'zod/mini';
import { exactlyOne } from '../exactly-one.ts';
import {
  awsName,
  meshRef,
  virtualNodeArn,
  virtualNodeRef,
  virtualRouterArn,
  virtualRouterRef,
} from '../references.ts';

const nodeProvider = z
  .strictObject({ virtualNodeRef: z.nullish(virtualNodeRef), virtualNodeARN: z.nullish(virtualNodeArn) })
  .check(z.refine(...exactlyOne('virtualNodeRef', 'virtualNodeARN')));

const routerProvider = z
  .strictObject({
    virtualRouterRef: z.nullish(virtualRouterRef),
    virtualRouterARN: z.nullish(virtualRouterArn),
  })
  .check(z.refine(...exactlyOne('virtualRouterRef', 'virtualRouterARN')));

const provider = z
  .strictObject({ virtualNode: z.nullish(nodeProvider), virtualRouter: z.nullish(routerProvider) })
  .check(z.refine(...exactlyOne('virtualNode', 'virtualRouter')));
export type Provider = z.output<typeof provider>;

/** Without a provider the service gets no answers yet, but virtual nodes may use it as a backend. */
export const virtualServiceSpec = z.strictObject({
  awsName,
  provider: z.nullish(provider),
  meshRef: z.nullish(meshRef),
});
export type VirtualServiceSpec = z.output<typeof virtualServiceSpec>;
