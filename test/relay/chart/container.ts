import { type CommandOptions, parseOptions } from '../../../relay/options.ts';

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

/** The options of a relay that starts in the container, but with an API server outside of the cluster. */
export function optionsOf({ env }: Container): CommandOptions {
  const environment = Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
  const options = parseOptions(['--kubernetes-server', 'https://127.0.0.1'], environment);
  if (!options) throw new Error('the container asks for --help');
  return options;
}
