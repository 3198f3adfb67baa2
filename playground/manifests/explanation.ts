import { manifestFaults } from '../../shared/model/manifests/manifest-faults.ts';
import { faultText } from '../../shared/model/manifests/schema-faults.ts';
import type { ReadManifest } from './manifest.ts';

/** The faults of a refused manifest in plain words, in the order of its lines: `    line 12: spec.listeners: expected …`. */
export function explanation({ manifest, field }: ReadManifest): readonly string[] {
  return manifestFaults(manifest, (path) => field(path).source)
    .map((fault) => ({ line: field(fault.path).line, text: faultText(fault) }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, text }) => `    line ${line}: ${text}`);
}
