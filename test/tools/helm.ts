import { join } from 'node:path';
import { installClients, isOnPath } from './kubernetes-clients.ts';

/** A program that tests drive: its path, or the reason why there is none. */
export type Tool =
  | { readonly path: string; readonly reason?: undefined }
  | { readonly path?: undefined; readonly reason: string };

const versionArguments = { helm: ['version'], kubectl: ['version', '--client'] };
const found = new Map<string, Tool>();

/** helm of the PATH, else one from npm, kept in node_modules/.cache. Tests are skipped without it. */
export function findHelm(): Tool {
  return find('helm');
}

/** kubectl of the PATH, else one from npm, kept in node_modules/.cache. Tests are skipped without it. */
export function findKubectl(): Tool {
  return find('kubectl');
}

function find(name: 'helm' | 'kubectl'): Tool {
  const known = found.get(name);
  if (known) return known;
  const tool = locate(name);
  found.set(name, tool);
  if (tool.reason) console.warn(`tests with ${name} are skipped: ${tool.reason}`);
  return tool;
}

function locate(name: 'helm' | 'kubectl'): Tool {
  if (isOnPath(name, versionArguments[name])) return { path: name };
  try {
    return { path: join(installClients(), name) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { reason: `${name} is not on the PATH and cannot be installed: ${text}` };
  }
}
