import type { InputTransformer } from '../topology.ts';
import { jsonPath } from './json-path.ts';

const placeholder = /("?)<([\w-]+)>("?)/g;

/**
 * Compiles an input transformer with a JSON template: `"<name>"`, in quotes, is replaced by a text, `<name>` without
 * quotes by an object or an array (EventBridge user guide, "Amazon EventBridge input transformation"). EventBridge does
 * not escape a text; if the result is not JSON, the event is not delivered.
 */
export function inputTransformer({
  inputPathsMap,
  inputTemplate,
}: InputTransformer): (event: unknown) => unknown {
  const values = new Map(Object.entries(inputPathsMap).map(([name, path]) => [name, jsonPath(path)]));
  for (const [, , name = ''] of inputTemplate.matchAll(placeholder))
    if (!values.has(name))
      throw new TypeError(`input template ${inputTemplate}: input path <${name}> not found`);
  return (event) => JSON.parse(filledIn(inputTemplate, (name) => values.get(name)?.(event)));
}

function filledIn(template: string, lookUp: (name: string) => unknown): string {
  return template.replace(placeholder, (whole, open: string, name: string, close: string) => {
    const value = lookUp(name);
    const isText = typeof value === 'string';
    if (isText !== (open !== '' && close !== ''))
      throw new SyntaxError(`input template: ${whole} does not fit the value ${JSON.stringify(value)}`);
    return isText ? `"${value}"` : JSON.stringify(value);
  });
}
