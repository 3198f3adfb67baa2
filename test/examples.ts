import { readdirSync } from 'node:fs';

/** The manifests in examples/, those of its folders too, by their path from there. */
export function exampleFiles(): readonly string[] {
  const files = readdirSync('examples', { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.yaml')).sort();
}
