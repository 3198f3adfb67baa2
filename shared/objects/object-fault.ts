import { $ZodError } from 'zod/v4/core';
import { PermanentError } from '../model/errors.ts';
import { describeFaults } from '../model/faults.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import { objectText } from '../model/kubernetes-object.ts';
import { checkVirtualNode, meshOf } from '../model/virtual-node.ts';

/** The error, with object and field, if the part of an object that registrations depend on is invalid. */
export function objectFault(object: ClusterObject): PermanentError | undefined {
  try {
    if (object.kind === 'VirtualNode') checkVirtualNode(object);
    if (object.kind === 'Mesh') meshOf(object);
    return undefined;
  } catch (cause) {
    if (!(cause instanceof $ZodError)) throw cause;
    const faults = describeFaults(cause);
    return new PermanentError(`${objectText(object)}: ${faults}`, { cause });
  }
}
