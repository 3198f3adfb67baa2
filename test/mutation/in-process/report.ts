import { readFileSync } from 'node:fs';
import type { Instrumented } from '../mutants.ts';
import type { Found } from './log.ts';

type Mutant = Instrumented['mutants'][number];

/** The mutants that survived, the files that they are in, and the score, as lines of text. Constants of modules are not counted. */
export function reportOf(mutants: readonly Mutant[], found: Found): readonly string[] {
  const counted = mutants.filter(({ id }) => found.covered.has(id) || !found.static.has(id));
  const isKilled = ({ id }: Mutant) => found.killed.has(id) || found.hung.has(id);
  const survivors = counted.filter((mutant) => !isKilled(mutant));
  const killed = counted.length - survivors.length;
  const unreached = survivors.filter(({ id }) => !found.covered.has(id)).length;
  return [
    ...survivors.map((mutant) => survivorText(mutant, found.covered.has(mutant.id))),
    ...Object.entries(Object.groupBy(counted, ({ fileName }) => fileName))
      .map(([name, all = []]) => ({ name, all: all.length, killed: all.filter(isKilled).length }))
      .filter((file) => file.killed < file.all)
      .map((file) => `${String(file.killed).padStart(6)} of ${String(file.all).padStart(5)}  ${file.name}`),
    ...found.failed,
    `${killed} of ${counted.length} killed (${((100 * killed) / counted.length).toFixed(1)} %), ${found.hung.size} of them by the watchdog; ` +
      `${unreached} not reached; ${mutants.length - counted.length} in constants of modules, not counted`,
  ];
}

function survivorText({ fileName, location, mutatorName, replacement = '' }: Mutant, isReached: boolean) {
  const place = `${fileName}:${location.start.line + 1}:${location.start.column + 1}`;
  const before = short(original(fileName, location));
  return `${place} ${isReached ? '' : 'not reached '}${mutatorName}: ${before} → ${short(replacement)}`;
}

function original(fileName: string, { start, end }: Mutant['location']): string {
  const lines = readFileSync(fileName, 'utf8').split('\n');
  const offset = (line: number) => lines.slice(0, line).join('\n').length + Math.min(line, 1);
  return lines.join('\n').slice(offset(start.line) + start.column, offset(end.line) + end.column);
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
