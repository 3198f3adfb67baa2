import { z } from 'zod';
import {
  type Kind,
  kinds,
  type OperationName,
  type ResourceOperation,
  type Verb,
} from '../resources/kinds.ts';
import { arn, resourceName, text } from './common.ts';
import { must, rule } from './rule.ts';
import { specs } from './specs.ts';

const accountId = text(12, 12).optional();
const limit = (max: number) => z.int().min(1).max(max).optional();
const nextToken = z.string().optional();
/** From the documentation, not the model: `Up to 36 letters, numbers, hyphens, and underscores are allowed.` */
const clientToken = z
  .string()
  .check(rule((token) => must(/^[\w-]{1,36}$/.test(token), [], 'must be 1 to 36 letters, digits, - or _')))
  .optional();
/** Likewise; all kinds except the virtual service, whose name is a host name. */
const newName = resourceName.check(
  rule((name) => must(/^[\w-]*$/.test(name), [], 'must be of letters, digits, - and _')),
);
/** The model sets no limits. */
const newServiceName = z.string().check(rule((name) => must(name !== '', [], 'must not be empty')));
const tagKey = text(1, 128);
const tags = z.array(z.strictObject({ key: tagKey, value: text(0, 256) })).max(50);

/** The input shape of each operation. */
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

/** The mesh and its owner; only the owner may change a mesh. */
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
  const existing = kind === 'virtualService' ? z.string() : resourceName;
  const name = { [nameMember]: existing };
  const spec = kind === 'mesh' ? specs.mesh.optional() : specs[kind];
  if (verb === 'Create') {
    const created = kind === 'virtualService' ? newServiceName : newName;
    return { [nameMember]: created, clientToken, spec, tags: tags.optional() };
  }
  return verb === 'Update' ? { ...name, clientToken, spec } : name;
}
