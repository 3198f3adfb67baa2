import { at, listAt, stringAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { age } from './age.ts';
import type { Column, Printer } from './kind.ts';
import { selectorText } from './label-selector.ts';

/** The value of a cell; ages are relative to `now`, epoch milliseconds. */
type Cell = (object: KubernetesObject, now: number) => unknown;

/** A column of a built-in kind's Table with its cells, as in pkg/printers/internalversion. */
export interface CellColumn extends Column {
  readonly cell: Cell;
}

export function printerOf(...columns: readonly CellColumn[]): Printer {
  return { columns, cells: (object, now) => columns.map(({ cell }) => cell(object, now)) };
}

const column =
  (type: Column['type']) =>
  (name: string, cell: Cell): CellColumn => ({ name, type, priority: 0, cell });

export const text = column('string');
export const integer = column('integer');
export const boolean = column('boolean');
/** A column that only `-o wide` shows. */
export const wide = (shown: CellColumn): CellColumn => ({ ...shown, priority: 1 });

export const nameColumn: CellColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  cell: ({ metadata }) => metadata.name,
};
export const ageColumn = text('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now));

/** The column of kinds that the API server has no printer for. */
export const createdColumn: CellColumn = {
  name: 'Created At',
  type: 'date',
  priority: 0,
  cell: ({ metadata }) => metadata.creationTimestamp,
};

/** The columns that a kind without columns of its own has. */
export const plainPrinter = printerOf(nameColumn, ageColumn);

/** A cell from a dotted path; `absent` if there is no value. */
export function field(path: string, absent: unknown = ''): Cell {
  const parts = path.split('.');
  return (object) => at(object, ...parts) ?? absent;
}

export const count =
  (...path: readonly string[]): Cell =>
  (object) =>
    listAt(object, ...path).length;

export const orNone = (value: string) => value || '<none>';

/** The containers, images and selector of a workload, for `-o wide`. */
export function templateColumns(...template: readonly string[]): readonly [CellColumn, CellColumn] {
  const joined = (name: string) => (object: KubernetesObject) =>
    listAt(object, ...template, 'spec', 'containers')
      .map((container) => stringAt(container, name))
      .join(',');
  return [wide(text('Containers', joined('name'))), wide(text('Images', joined('image')))];
}

export function selectorColumn(...path: readonly string[]): CellColumn {
  return wide(text('Selector', (object) => selectorText(at(object, ...path))));
}

const maxListed = 3;

/** The first three, and how many more. */
export function listedText(items: readonly string[]): string {
  if (items.length === 0) return '<unset>';
  const shown = items.slice(0, maxListed).join(',');
  return items.length > maxListed ? `${shown} + ${items.length - maxListed} more...` : shown;
}
