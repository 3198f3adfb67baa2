import { readFileSync } from 'node:fs';
import { type Document, parseDocument } from 'yaml';
import { type ClustersFile, clustersFile } from '../shared/model/cluster-config.ts';
import { faultText, schemaFaults } from '../shared/model/manifests/schema-faults.ts';

/**
 * Reads and validates a clusters file. Every error names the file, and the position or path of each fault, because it stops
 * a deployment and is all that the user sees.
 */
export function readClusters(path: string): ClustersFile {
  const document = parseDocument(readText(path));
  if (document.errors.length > 0)
    throw new Error(
      `${path} is not valid YAML:\n${document.errors.map(({ message }) => message).join('\n')}`,
    );
  const value = contentOf(path, document);
  const result = clustersFile.safeParse(value);
  if (result.success) return result.data;
  const faults = schemaFaults(clustersFile, value).map(faultText);
  throw new Error(`${path} does not describe clusters as expected:\n${faults.join('\n')}`);
}

/** Throws for aliases of aliases, which can stand for more than any memory holds. */
function contentOf(path: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new Error(`${path} is not valid YAML:\n${(cause as Error).message}`, { cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(
      `${path} cannot be read. Copy clusters.example.yml to clusters.yml and describe your clusters in it, or choose another file with --param clusters=FILE.`,
      { cause },
    );
  }
}
