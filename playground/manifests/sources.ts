import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import type { Source } from './documents.ts';
import { ManifestError, standardInput } from './manifest.ts';

const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * The texts of a file, of the files of a folder as `kubectl apply -f` takes them (not those of its folders), of a folder
 * with a kustomization as `kubectl apply -k` takes it, or of standard input.
 */
export function sourcesOf(path: string): readonly Source[] {
  if (path === standardInput) return [{ file: 'standard input', text: readFileSync(0, 'utf8') }];
  if (!statSync(path).isDirectory()) return [fileSource(path)];
  if (isKustomization(path)) return [kustomized(path)];
  if (existsSync(join(path, 'Chart.yaml')))
    throw new UsageError(
      `${path} is a Helm chart; render it: helm template ${path} | npm start -- --manifest ${standardInput}`,
    );
  const files = readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name) && statSync(join(path, name)).isFile())
    .sort();
  if (files.length === 0) throw new UsageError(`${path} has no file *.yaml, *.yml or *.json`);
  return files.map((name) => fileSource(join(path, name)));
}

/** Whether a path is a folder with a kustomization. */
export function isKustomization(path: string): boolean {
  return kustomizations.some((name) => existsSync(join(path, name)));
}

function fileSource(path: string): Source {
  if (kustomizations.includes(basename(path)))
    throw new UsageError(`${path} is a kustomization; give its folder instead of the file`);
  return { file: path, text: readFileSync(path, 'utf8') };
}

function kustomized(path: string): Source {
  const { stdout, stderr, error, status } = spawnSync('kubectl', ['kustomize', path], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error !== undefined)
    throw new UsageError(
      `${path} is a kustomization, which needs kubectl: ${error.message}. Install kubectl, or give the files`,
    );
  if (status !== 0) throw new ManifestError(`kubectl kustomize ${path}: ${stderr.trim()}`);
  return { file: `kubectl kustomize ${path}`, text: stdout };
}
