import type { Context, ResourceRecord } from '../context.ts';
import { forbidden } from '../errors.ts';
import { titleOf } from './kinds.ts';

/** In a shared mesh each account may change only its own resources; the mesh's owner may also delete others. */
export function refuseForeign({ accountId }: Context, { kind, name, resourceOwner }: ResourceRecord): void {
  if (resourceOwner === accountId) return;
  throw forbidden(`${titleOf(kind)} ${name} belongs to account ${resourceOwner}`);
}
