import { spawnSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';
import type { ZodMiniType } from 'zod/mini';
import { explainRequest } from '../../shared/explain/explain-request.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { resyncRequest, sweepRequest } from '../../shared/model/events/requests.ts';
import { describeFaults } from '../../shared/model/faults.ts';
import type { Block, Page } from './pages.ts';

const schemas: Readonly<Record<string, ZodMiniType>> = { resync: resyncRequest, sweep: sweepRequest };

/** Examples of JSON and YAML that do not parse, and those of clusters.yml and of requests that are not accepted. */
export function exampleFaults(page: Page): readonly string[] {
  const faults = [...page.blocks.flatMap(blockFaults), ...page.codes.flatMap(jsonFaults)];
  return faults.map((fault) => `${page.path}: ${fault}`);
}

function blockFaults({ language, text }: Block): readonly string[] {
  if (language === 'json') return jsonFaults(text);
  if (language === 'yaml') return yamlFaults(text);
  return language === 'sh' ? [...shellFaults(text), ...payloadFaults(text)] : [];
}

function jsonFaults(text: string): readonly string[] {
  if (!text.trimStart().startsWith('{"') && !text.startsWith('{ "') && !text.startsWith('{\n')) return [];
  if (text.includes('…')) return [];
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [`${text}: ${error}`];
  }
}

function yamlFaults(text: string): readonly string[] {
  const documents = parseAllDocuments(text);
  const errors = documents.flatMap((document) => document.errors.map(({ message }) => message));
  if (errors.length > 0) return errors;
  return documents.flatMap((document) => clusterFaults(document.toJS()));
}

function clusterFaults(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || !('clusters' in value)) return [];
  const { error } = clustersFile.safeParse(value);
  return error === undefined ? [] : [describeFaults(error)];
}

/** What the shell cannot parse; `<Name>` stands for a value of the reader. */
function shellFaults(text: string): readonly string[] {
  const input = text.replace(/<[A-Za-z][\w ]*>/g, 'VALUE');
  const { status, stderr } = spawnSync('bash', ['-n'], { input, encoding: 'utf8' });
  return status === 0 ? [] : [stderr];
}

/** The payloads of `aws lambda invoke`, as an argument or through a pipe. */
function payloadFaults(text: string): readonly string[] {
  const given = text.matchAll(/--function-name (?<name>[\w-]+) --payload \\?\s*'(?<payload>[^']*)'/g);
  const piped = text.matchAll(/printf %s '(?<payload>[^']*)' \| aws [^|]*?--function-name (?<name>[\w-]+)/g);
  return [...given, ...piped].flatMap(({ groups: { name = '', payload = '' } = {} }) => {
    const schema = schemas[name.split('-').at(-1) ?? ''] ?? explainRequest;
    const { error } = schema.safeParse(JSON.parse(payload));
    return error === undefined ? [] : [`${payload}: ${describeFaults(error)}`];
  });
}
