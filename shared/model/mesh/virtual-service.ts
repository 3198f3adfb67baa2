import * as z from 'zod';
import { exactlyOne } from './exactly-one.ts';
import {
  awsName,
  meshRef,
  virtualNodeArn,
  virtualNodeRef,
  virtualRouterArn,
  virtualRouterRef,
} from './references.ts';

const nodeProvider = z
  .strictObject({ virtualNodeRef: virtualNodeRef.nullish(), virtualNodeARN: virtualNodeArn.nullish() })
  .refine(...exactlyOne('virtualNodeRef', 'virtualNodeARN'));

const routerProvider = z
  .strictObject({
    virtualRouterRef: virtualRouterRef.nullish(),
    virtualRouterARN: virtualRouterArn.nullish(),
  })
  .refine(...exactlyOne('virtualRouterRef', 'virtualRouterARN'));

const provider = z
  .strictObject({ virtualNode: nodeProvider.nullish(), virtualRouter: routerProvider.nullish() })
  .refine(...exactlyOne('virtualNode', 'virtualRouter'));
export type Provider = z.output<typeof provider>;

/** Without a provider nobody answers yet, but virtual nodes may have the service as a backend. */
export const virtualServiceSpec = z.strictObject({
  awsName,
  provider: provider.nullish(),
  meshRef: meshRef.nullish(),
});
export type VirtualServiceSpec = z.output<typeof virtualServiceSpec>;
