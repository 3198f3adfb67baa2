import { AwsError } from '../../protocol.ts';
import type { Context, ResourceRecord } from '../context.ts';
import { badRequest, notFound } from '../errors.ts';
import { refuseForeign } from './ownership.ts';
import { page } from './paging.ts';

/** The current limit in TooManyTagsException's documentation. */
const maxTags = 50;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface TagInput {
  readonly resourceArn: string;
  readonly tags: readonly Tag[];
  readonly tagKeys: readonly string[];
  readonly limit: number | undefined;
  readonly nextToken: string | undefined;
}

export function tagResource(context: Context, { resourceArn, tags }: TagInput): object {
  const record = find(context, resourceArn);
  refuseForeign(context, record);
  setTags(record.tags, tags);
  return {};
}

export function untagResource(context: Context, { resourceArn, tagKeys }: TagInput): object {
  const record = find(context, resourceArn);
  refuseForeign(context, record);
  for (const key of tagKeys) record.tags.delete(key);
  return {};
}

export function listTagsForResource(context: Context, input: TagInput): object {
  const tags = [...find(context, input.resourceArn).tags].map(([key, value], order) => ({
    key,
    value,
    order,
  }));
  const { items, nextToken } = page(`tags of ${input.resourceArn}`, tags, {
    ...input,
    limit: input.limit ?? 50,
  });
  return { tags: items.map(({ key, value }) => ({ key, value })), nextToken };
}

/** Adds all tags, or none if one is invalid. */
export function setTags(existing: Map<string, string>, added: readonly Tag[]): void {
  const system = added.find(({ key }) => key.toLowerCase().startsWith('aws:'));
  if (system !== undefined) throw badRequest(`tags: keys must not begin with aws:; found ${system.key}`);
  if (new Set([...existing.keys(), ...added.map(({ key }) => key)]).size > maxTags)
    throw new AwsError('TooManyTagsException', `A resource can have at most ${maxTags} tags`);
  for (const { key, value } of added) existing.set(key, value);
}

function find({ meshes }: Context, arn: string): ResourceRecord {
  const records = [...meshes.values()].flatMap((mesh): ResourceRecord[] => [mesh, ...mesh.children.values()]);
  const found = records.find((record) => record.arn === arn);
  if (found === undefined) throw notFound(`Resource ${arn} does not exist`);
  return found;
}
