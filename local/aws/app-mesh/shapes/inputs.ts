import { z } from 'zod';
import { type Kind, kinds, type OperationName, type ResourceOperation, type Verb } from '../kinds.ts';
import { arn, resourceName, text } from './common.ts';
import { specs } from './specs.ts';

const accountId = text(12, 12).optional();
const limit = (max: number) => z.int().min(1).max(max).optional();
const nextToken = z.string().optional();
const clientToken = z.string().optional();
const tagKey = text(1, 128);
const tags = z.array(z.strictObject({ key: tagKey, value: text(0, 256) })).max(50);

/** What each operation takes. */
export const inputs: Readonly<Record<OperationName, z.ZodType>> = {
  ...(Object.fromEntries(kinds.flatMap(inputsOf)) as Record<ResourceOperation, z.ZodType>),
  ListTagsForResource: z.strictObject({ limit: limit(50), nextToken, resourceArn: arn }),
  TagResource: z.strictObject({ resourceArn: arn, tags }),
  UntagResource: z.strictObject({ resourceArn: arn, tagKeys: z.array(tagKey).max(50) }),
};

function inputsOf(kind: Kind): readonly (readonly [OperationName, z.ZodType])[] {
  const verbs: readonly Verb[] = ['Create', 'Update', 'Delete', 'Describe', 'List'];
  return verbs.map((verb) => [
    kind.operations[verb],
    z.strictObject({ ...scopeOf(kind, verb), ...membersOf(kind, verb) }),
  ]);
}

/** Which mesh, and whose; nobody but its owner changes a mesh. */
function scopeOf({ kind, parent }: Kind, verb: Verb): z.ZodRawShape {
  if (kind === 'mesh') return verb === 'Describe' ? { meshOwner: accountId } : {};
  return {
    meshName: resourceName,
    meshOwner: accountId,
    ...(parent !== undefined && { [parent.nameMember]: resourceName }),
  };
}

function membersOf({ kind, nameMember }: Kind, verb: Verb): z.ZodRawShape {
  if (verb === 'List') return { limit: limit(100), nextToken };
  // The model sets no limits to the name of a virtual service.
  const name = { [nameMember]: kind === 'virtualService' ? z.string() : resourceName };
  const spec = kind === 'mesh' ? specs.mesh.optional() : specs[kind];
  if (verb === 'Create') return { ...name, clientToken, spec, tags: tags.optional() };
  return verb === 'Update' ? { ...name, clientToken, spec } : name;
}
