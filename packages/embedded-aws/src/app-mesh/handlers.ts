import type { Context } from './context.ts';
import { type Kind, kinds, type OperationName, type Verb } from './resources/kinds.ts';
import { create, describe, list, type ResourceInput, remove, update } from './resources/resources.ts';
import { listTagsForResource, type TagInput, tagResource, untagResource } from './resources/tags.ts';
import { inputs } from './shapes/inputs.ts';
import { validate } from './validate.ts';

type Input = Readonly<Record<string, unknown>>;
type Handler = (context: Context, input: Input) => object;

const verbs: Readonly<Record<Verb, (context: Context, kind: Kind, input: ResourceInput) => object>> = {
  Create: create,
  Update: update,
  Delete: remove,
  Describe: describe,
  List: list,
};

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...kinds.flatMap(handlersOf),
  ['TagResource', (context, input) => tagResource(context, input as unknown as TagInput)],
  ['UntagResource', (context, input) => untagResource(context, input as unknown as TagInput)],
  ['ListTagsForResource', (context, input) => listTagsForResource(context, input as unknown as TagInput)],
]);

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(inputs, name);
}

/** Validates the input, then performs the operation once per clientToken. */
export function perform(context: Context, operation: OperationName, input: unknown): object {
  const { clientToken, ...request } = validate(operation, input);
  const handler = handlers.get(operation);
  if (handler === undefined) throw new Error(`${operation} has no handler`);
  const token = clientToken as string | undefined;
  const scope = { accountId: context.accountId, operation, token };
  return context.tokens.once(scope, request, () => handler(context, request));
}

function handlersOf(kind: Kind): [string, Handler][] {
  return Object.entries(verbs).map(([verb, handle]) => [
    kind.operations[verb as Verb],
    (context, input) => handle(context, kind, resourceInput(kind, input)),
  ]);
}

/** The input matches the operation's shape; members that the shape lacks are absent. */
function resourceInput({ nameMember, parent }: Kind, input: Input): ResourceInput {
  const { [nameMember]: name = '', [parent?.nameMember ?? '']: parentName, ...others } = input;
  const meshName = nameMember === 'meshName' ? name : input.meshName;
  return { spec: {}, tags: [], ...others, meshName, name, parentName } as unknown as ResourceInput;
}
