import { kubernetesYaml } from './kubernetes-yaml.ts';
import type { Row, Translated } from './translation.ts';

/** The objects as one file of manifests. */
export function yamlOf(objects: readonly Translated[]): string {
  return objects
    .map(({ manifest, source }) => `---\n# from ${oneLine(source)}\n${kubernetesYaml(manifest)}`)
    .join('');
}

/** A comment must not go on as content. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, ' ');
}

/** Columns as `kubectl get` aligns them; the last one is as long as it has to be. */
export function tableOf(rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const lines = [
    ['OBJECT', 'FIELD', 'EFFECT', 'WHAT IS NOT CARRIED OVER; WHAT TO DO INSTEAD'],
    ...rows.map(({ object, field, effect, message, instead }) => [
      ...[object, field, effect],
      instead === '' ? message : `${message}; instead: ${instead}`,
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
