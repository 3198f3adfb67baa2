import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The folders of definitions beside this file. */
export type DefinitionFolder = 'istio' | 'gateway-api' | 'aws-gateway-api-controller';

/** The CustomResourceDefinitions of a folder, as `kubectl apply -f` reads them. */
export function definitionsOf(folder: DefinitionFolder): object[] {
  const path = join(import.meta.dirname, folder);
  return readdirSync(path).map((name) => parse(readFileSync(join(path, name), 'utf8')) as object);
}
