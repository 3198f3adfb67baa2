import type { DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { callAws, translateAwsError } from '../aws/errors.ts';
import { withoutLogger } from '../aws/without-logger.ts';
import { BatchedReads } from './batched-reads.ts';
import { SharedReads } from './shared-reads.ts';

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export type Item = ItemKey & Readonly<Record<string, unknown>>;

/**
 * A condition or an update in DynamoDB's expression language, with its values. `#name` stands for the attribute `name`,
 * so that reserved words cause no conflict.
 */
export interface Expression {
  readonly text: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** Attribute names, except those that a `#name` in the text already gives. */
  readonly names?: Readonly<Record<string, string>>;
}

/**
 * The one table. Every read is strongly consistent. Every write is conditional, except the plain `put` of a cache; a
 * failed condition is a ConflictError.
 */
export class Table {
  private readonly client: DynamoDBDocumentClient;
  private readonly name: string;
  private readonly items = new BatchedReads((keys: readonly ItemKey[]) => this.getAll(keys));
  private readonly queries = new SharedReads();

  constructor(client: DynamoDBClient, name: string) {
    this.client = DynamoDBDocumentClient.from(withoutLogger(client), {
      // `constructor` is a valid name of a label: the SDK takes labels that have it for an instance of a class.
      marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
    });
    this.name = name;
  }

  get({ pk, sk }: ItemKey): Promise<Item | undefined> {
    return this.items.read(textOf(pk, sk), { pk, sk });
  }

  async put(item: Item, condition?: Expression): Promise<void> {
    await this.call(() =>
      this.client.send(
        new PutCommand({ TableName: this.name, Item: { ...item }, ...conditionOf(condition) }),
      ),
    );
  }

  /** Returns the item after the update. */
  async update(key: ItemKey, update: Expression, condition: Expression): Promise<Item> {
    const { Attributes } = await this.call(() =>
      this.client.send(
        new UpdateCommand({
          TableName: this.name,
          Key: { pk: key.pk, sk: key.sk },
          UpdateExpression: update.text,
          ConditionExpression: condition.text,
          ReturnValues: 'ALL_NEW',
          ...namesAndValues([update, condition]),
        }),
      ),
    );
    return Attributes as Item;
  }

  async delete(key: ItemKey, condition?: Expression): Promise<void> {
    await this.call(() =>
      this.client.send(
        new DeleteCommand({
          TableName: this.name,
          Key: { pk: key.pk, sk: key.sk },
          ...conditionOf(condition),
        }),
      ),
    );
  }

  /**
   * Items of one partition, by sort key: from inclusive, to exclusive. All pages, nothing cut off. Set `pageSize` if
   * probably only the first few items are needed.
   */
  async *query(pk: string, from: string, to: string | null, pageSize?: number): AsyncGenerator<Item> {
    const range = to === null ? ' AND sk >= :from' : ' AND sk BETWEEN :from AND :to';
    const input: QueryCommandInput = {
      TableName: this.name,
      KeyConditionExpression: `pk = :pk${range}`,
      ConsistentRead: true,
    };
    const values = { ':pk': pk, ':from': from === '' ? ' ' : from, ...(to !== null && { ':to': to }) };
    const settings = { client: this.client, ...(pageSize && { pageSize }) };
    const pages = paginateQuery(settings, { ...input, ExpressionAttributeValues: values });
    for await (const page of this.translated(pages))
      for (const item of page.Items ?? []) if (to === null || (item.sk as string) < to) yield item as Item;
  }

  /** Items of `query`, all at once: for few items that are often read at the same time. */
  all(pk: string, from: string, to: string | null): Promise<readonly Item[]> {
    return this.queries.read(textOf(pk, from, to), () => Array.fromAsync(this.query(pk, from, to)));
  }

  /** The items that exist, by the text of their key. */
  private async getAll(keys: readonly ItemKey[]): Promise<ReadonlyMap<string, Item>> {
    const found = keys.length === 1 ? await this.getEach(keys) : await this.getBatch(keys);
    return new Map(found.map((item) => [textOf(item.pk, item.sk), item]));
  }

  private async getBatch(keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const Keys = keys.map((key) => ({ ...key }));
    const command = new BatchGetCommand({ RequestItems: { [this.name]: { Keys, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await this.call(() => this.client.send(command));
    const found = (Responses?.[this.name] ?? []) as Item[];
    // Too large for one answer, or throttled.
    const others = (UnprocessedKeys?.[this.name]?.Keys ?? []) as ItemKey[];
    return [...found, ...(await this.getEach(others))];
  }

  private async getEach(keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const items = keys.map(async (Key) => {
      const command = new GetCommand({ TableName: this.name, Key: { ...Key }, ConsistentRead: true });
      const { Item } = await this.call(() => this.client.send(command));
      return Item === undefined ? [] : [Item as Item];
    });
    return (await Promise.all(items)).flat();
  }

  private async *translated<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* pages;
    } catch (error) {
      throw translateAwsError(`DynamoDB table ${this.name}`, error);
    }
  }

  private call<T>(send: () => Promise<T>): Promise<T> {
    return callAws(`DynamoDB table ${this.name}`, send);
  }
}

function textOf(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts);
}

function conditionOf(condition: Expression | undefined) {
  return condition === undefined
    ? {}
    : { ConditionExpression: condition.text, ...namesAndValues([condition]) };
}

function namesAndValues(expressions: readonly Expression[]) {
  const said = expressions.flatMap(({ text }) => text.match(/#[A-Za-z]+/g) ?? []);
  const names: Record<string, string> = Object.fromEntries(said.map((name) => [name, name.slice(1)]));
  const values: Record<string, unknown> = {};
  for (const expression of expressions) {
    Object.assign(names, expression.names);
    Object.assign(values, expression.values);
  }
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
