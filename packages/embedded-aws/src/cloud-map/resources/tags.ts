import { AwsError } from '../../protocol.ts';
import type { Context } from '../context.ts';
import { invalidInput } from '../errors.ts';
import type { Input } from '../shapes.ts';

type TagList = Input<'TagResource'>['Tags'];

const maxTags = 50;

export function tagResource(context: Context, { ResourceARN, Tags }: Input<'TagResource'>): object {
  const existing = tagsOf(context, ResourceARN);
  checkTags(ResourceARN, [...existing.keys()], Tags);
  setTags(context, ResourceARN, Tags);
  return {};
}

export function untagResource(context: Context, { ResourceARN, TagKeys }: Input<'UntagResource'>): object {
  const existing = tagsOf(context, ResourceARN);
  for (const key of TagKeys) existing.delete(key);
  return {};
}

export function listTagsForResource(context: Context, { ResourceARN }: Input<'ListTagsForResource'>): object {
  return { Tags: [...tagsOf(context, ResourceARN)].map(([Key, Value]) => ({ Key, Value })) };
}

/** Tags given at creation. Throws as TagResource does. */
export function checkNewTags(name: string, tags: TagList | undefined): void {
  checkTags(name, [], tags ?? []);
}

export function setTags({ tags }: Context, arn: string, added: TagList | undefined): void {
  const existing = tags.get(arn) ?? new Map<string, string>();
  for (const { Key, Value } of added ?? []) existing.set(Key, Value);
  tags.set(arn, existing);
}

function checkTags(resource: string, existing: readonly string[], added: TagList): void {
  const keys = new Set([...existing, ...added.map(({ Key }) => Key)]);
  if (keys.size > maxTags)
    throw new AwsError('TooManyTagsException', `A resource can have at most ${maxTags} tags`, {
      members: { ResourceName: resource },
    });
  const system = added.find(({ Key }) => Key.toLowerCase().startsWith('aws:'));
  if (system !== undefined) throw invalidInput(`Tag keys must not begin with aws:; found ${system.Key}`);
}

function tagsOf({ tags }: Context, arn: string): Map<string, string> {
  const found = tags.get(arn);
  if (found === undefined)
    throw new AwsError('ResourceNotFoundException', `The resource ${arn} was not found`);
  return found;
}
