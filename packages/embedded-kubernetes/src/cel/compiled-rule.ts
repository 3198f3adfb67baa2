import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { CelError, CelInput, CelResult } from '@bufbuild/cel';
import { fieldSchema, itemSchema, resolve, type Schema } from '../kinds/schema.ts';
import { isObject } from '../model/json.ts';
import { fieldName } from './field-name.ts';

type Cel = typeof import('@bufbuild/cel');
type Extensions = typeof import('@bufbuild/cel/ext');
type Environment = ReturnType<Cel['celEnv']>;

/** What a rule gives: whether it holds, a text for a message, or why it cannot be evaluated. */
export type RuleResult = { readonly value: unknown } | { readonly error: string };

/** Undefined if the rule calls a function of Kubernetes' CEL libraries that this package does not have: README, Limits. */
export type CompiledRule = (self: CelInput, oldSelf?: CelInput) => RuleResult | undefined;

const compiled = new Map<string, CompiledRule>();

/** Compiles an expression once. */
export function compileRule(expression: string): CompiledRule {
  const rule = compiled.get(expression) ?? compile(expression);
  compiled.set(expression, rule);
  return rule;
}

function compile(expression: string): CompiledRule {
  const { cel, environment } = library();
  try {
    const evaluate = cel.plan(environment, cel.parse(expression));
    return (self, oldSelf) => resultOf(cel, evaluate({ self, ...(oldSelf !== undefined && { oldSelf }) }));
  } catch (error) {
    return () => ({ error: String(error) });
  }
}

function resultOf(cel: Cel, result: CelResult): RuleResult | undefined {
  if (!cel.isCelError(result)) return { value: result };
  const { message } = result as CelError;
  return message.startsWith('unbound function') ? undefined : { error: message };
}

let loaded: { readonly cel: Cel; readonly environment: Environment } | undefined;

/** Loaded with the first rule: most clusters have none, and it takes a fifth of a second. */
function library(): { readonly cel: Cel; readonly environment: Environment } {
  if (loaded) return loaded;
  const load = createRequire(import.meta.url);
  const cel = load('@bufbuild/cel') as Cel;
  const { strings } = load('@bufbuild/cel/ext') as Extensions;
  const { STRING, BOOL } = cel.CelScalar;
  const ofKubernetes = [cel.celFunc('isIP', [STRING], BOOL, (text) => isIP(text) !== 0)];
  loaded = { cel, environment: cel.celEnv({ funcs: [...strings, ...ofKubernetes] }) };
  return loaded;
}

/** A JSON value as CEL has it, with the schema's types: an integer is an int, a number a double. */
export function celValue(value: unknown, declared: Schema | undefined): CelInput {
  const schema = resolve(declared);
  if (Array.isArray(value)) return value.map((item) => celValue(item, itemSchema(schema)));
  if (isObject(value)) return mapOf(value, schema);
  if (typeof value === 'number' && schema?.type !== 'number' && Number.isInteger(value)) return BigInt(value);
  return value as CelInput;
}

/** Fields have their names as CEL can write them; keys of a map are as they are. */
function mapOf(value: Readonly<Record<string, unknown>>, schema: Schema | undefined): CelInput {
  const entries = Object.entries(value).map(([name, child]): [string, CelInput] => [
    schema?.properties?.[name] ? fieldName(name) : name,
    celValue(child, fieldSchema(schema, name)),
  ]);
  return new Map(entries);
}
