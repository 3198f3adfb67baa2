import { type AppMeshClient, ListTagsForResourceCommand, TagResourceCommand } from '@aws-sdk/client-app-mesh';
import { callAws } from '../../../../adapters/aws/errors.ts';
import { NotFoundError, RetryableError } from '../../../../model/errors.ts';
import type { AppMesh, Described, Listed } from '../api.ts';
import {
  type ResourceKind,
  type ResourceName,
  type ResourceSpec,
  resourceKey,
} from '../plan/resource-name.ts';
import { listMember, nameMember, operations, scopeMembers } from './app-mesh-calls.ts';

type Members = Readonly<Record<string, unknown>>;
type Tags = Readonly<Record<string, string>>;

/** The metadata of every resource, whatever its kind: ResourceMetadata, and the items of lists. */
interface Metadata {
  readonly arn?: string;
  readonly createdAt?: Date;
  readonly version?: number;
  readonly resourceOwner?: string;
  readonly meshOwner?: string;
}

/** One account and Region of AWS App Mesh, as the port in api.ts. Errors: model/errors.ts. */
export class AppMeshAdapter implements AppMesh {
  private readonly client: AppMeshClient;

  constructor(client: AppMeshClient) {
    this.client = client;
  }

  async create(
    resource: ResourceName,
    spec: ResourceSpec,
    { clientToken, tags }: { readonly clientToken: string; readonly tags: Tags },
  ): Promise<Described> {
    const input = { ...namesOf(resource), spec, clientToken, tags: tagList(tags) };
    return described(resource, await this.call('create', resource, input));
  }

  async update(
    resource: ResourceName,
    spec: ResourceSpec,
    { clientToken }: { readonly clientToken: string },
  ): Promise<Described> {
    return described(
      resource,
      await this.call('update', resource, { ...namesOf(resource), spec, clientToken }),
    );
  }

  async delete(resource: ResourceName): Promise<void> {
    await ifThere(() => this.call('delete', resource, namesOf(resource)));
  }

  /** For a time after its deletion, a resource may still be described, with the status DELETED. */
  async describe(resource: ResourceName): Promise<Described | undefined> {
    const answer = await ifThere(() => this.call('describe', resource, namesOf(resource)));
    return answer === undefined || isDeleted(resource, answer) ? undefined : described(resource, answer);
  }

  /** For the kind `mesh`: the meshes of the account, whatever the scope. */
  async *list(kind: ResourceKind, scope: Omit<ResourceName, 'kind' | 'name'>): AsyncGenerator<Listed> {
    const place = kind === 'mesh' ? {} : scopeMembers(kind, scope);
    const resource = { kind, ...scope, name: '*' };
    let nextToken: unknown;
    do {
      const page = await ifThere(() => this.call('list', resource, { ...place, limit: 100, nextToken }));
      for (const item of itemsOf(page, kind)) yield listed(kind, item);
      nextToken = page?.nextToken;
    } while (nextToken !== undefined);
  }

  async tags(arn: string): Promise<Tags> {
    const tags: Record<string, string> = {};
    let nextToken: string | undefined;
    do {
      const command = new ListTagsForResourceCommand({ resourceArn: arn, limit: 50, nextToken });
      const page = await callAppMesh('ListTagsForResource', arn, () => this.client.send(command));
      for (const { key, value } of page.tags ?? []) if (key !== undefined) tags[key] = value ?? '';
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return tags;
  }

  async tag(arn: string, tags: Tags): Promise<void> {
    const command = new TagResourceCommand({ resourceArn: arn, tags: tagList(tags) });
    await callAppMesh('TagResource', arn, () => this.client.send(command));
  }

  private call(
    verb: 'create' | 'update' | 'delete' | 'describe' | 'list',
    resource: ResourceName,
    input: Members,
  ): Promise<Members> {
    const operation = operations[resource.kind][verb];
    return callAppMesh(operation.name, resourceKey(resource), () => operation.send(this.client, input));
  }
}

/** Errors name the action because an operator needs to know what to allow; App Mesh itself does not always name it. */
function callAppMesh<T>(operation: string, target: string, send: () => Promise<T>): Promise<T> {
  return callAws(`${operation} ${target}`, send, { action: `appmesh:${operation}`, isDenialPermanent: true });
}

/** Returns undefined if the resource or its parent does not exist. */
async function ifThere<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function namesOf(resource: ResourceName): Members {
  const { kind, meshName, name } = resource;
  return { ...scopeMembers(kind, resource), [nameMember(kind)]: kind === 'mesh' ? meshName : name };
}

function tagList(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** The member that contains a resource has the name of its kind. */
function described(resource: ResourceName, answer: Members): Described {
  const { metadata = {}, spec = {} } = (answer[resource.kind] ?? {}) as {
    metadata?: Metadata;
    spec?: ResourceSpec;
  };
  const { resourceOwner = '', meshOwner = '' } = metadata;
  return { ...identified(metadata, resourceKey(resource)), resourceOwner, meshOwner, spec };
}

function isDeleted({ kind }: ResourceName, answer: Members): boolean {
  const { status } = (answer[kind] ?? {}) as { status?: { status?: string } };
  return status?.status === 'DELETED';
}

function itemsOf(page: Members | undefined, kind: ResourceKind): readonly (Members & Metadata)[] {
  return (page?.[listMember(kind)] ?? []) as readonly (Members & Metadata)[];
}

function listed(kind: ResourceKind, item: Members & Metadata): Listed {
  const name = String(item[nameMember(kind)]);
  return { name, ...identified(item, `${kind} ${name}`) };
}

function identified({ arn, createdAt, version }: Metadata, what: string) {
  if (arn === undefined || createdAt === undefined || version === undefined)
    throw new RetryableError(`App Mesh answered without an ARN, a time or a version for ${what}`);
  return { arn, createdAtMs: createdAt.getTime(), version };
}
