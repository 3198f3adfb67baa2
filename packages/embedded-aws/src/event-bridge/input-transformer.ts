import type { InputTransformer } from '../topology.ts';
import { jsonPath } from './json-path.ts';

const placeholder = /("?)<([\w-]+)>("?)/g;

/**
 * Compiles an input transformer with a template that is JSON: `"<name>"`, in quotes, stands for a text, `<name>` without
 * quotes for an object or an array, as the EventBridge user guide asks for ("Amazon EventBridge input transformation").
 * EventBridge does not escape a text; what comes out is not JSON then, and the event is not delivered.
 */
export function inputTransformer({
  inputPathsMap,
  inputTemplate,
}: InputTransformer): (event: unknown) => unknown {
  const values = new Map(Object.entries(inputPathsMap).map(([name, path]) => [name, jsonPath(path)]));
  for (const [, , name = ''] of inputTemplate.matchAll(placeholder))
    if (!values.has(name))
      throw new TypeError(`input template ${inputTemplate}: <${name}> is not among the input paths`);
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
