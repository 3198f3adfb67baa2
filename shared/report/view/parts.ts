import type { Bounded, Level } from '../plan/report.ts';
import { attribute, type Html, html } from './html.ts';

const signs: Readonly<Record<Level, readonly [sign: string, word: string]>> = {
  ok: ['✓', 'OK'],
  attention: ['!', 'Attention'],
  problem: ['✕', 'Problem'],
};

/** A sign and a word: colour only repeats them. */
export function badge(level: Level, text?: string): Html {
  const [sign, word] = signs[level];
  return html`<span class="badge ${level}"><span aria-hidden="true">${sign}</span> ${text ?? word}</span>`;
}

/** A time as UTC; the page's script adds how long ago it is. */
export function time(at: string | undefined): Html {
  if (at === undefined) return html`never`;
  return html`<time datetime="${at}">${at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}</time>`;
}

/** A name of a cluster or of Cloud Map: it may break anywhere, and its direction does not leak into the text around it. */
export function name(text: string): Html {
  return html`<bdi class="name">${text}</bdi>`;
}

/** In a place where it would be in the way of the rest: one more step away. */
export function foldedCommand(id: string, text: string): Html {
  return html`<details id="${id}" class="folded"><summary>Explain</summary>${command(text)}</details>`;
}

export function command(text: string | undefined): Html {
  return text === undefined ? html`` : html`<code class="command">${text}</code>`;
}

/** `3 of 1,000 shown`, where rows were left out. */
export function leftOut({ rows, total }: Bounded<unknown>, what: string, how: string): Html {
  if (rows.length >= total) return html``;
  return html`<p class="left-out">The first ${number(rows.length)} of ${number(total)} ${what} are shown. ${how}</p>`;
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Html;
  /** By what its column is sorted; without it by the text of the cell. */
  readonly order?: (row: Row) => string | number;
  /** Numbers are right-aligned. */
  readonly isNumber?: boolean;
}

interface Table<Row> {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
}

/** A table in a region of its own that scrolls by keyboard; on a narrow screen its rows become cards. */
export function table<Row>({ id, caption, columns, rows, idOf }: Table<Row>): Html {
  const heads = columns.map(
    ({ title, isNumber }) => html`<th scope="col"${attribute('class', isNumber && 'number')}>${title}</th>`,
  );
  const body = rows.map(
    (row) =>
      html`<tr id="${domId(id, idOf(row))}" data-row>${columns.map((column) => cell(column, row))}</tr>\n`,
  );
  return html`<section class="scroll" aria-label="${caption}" tabindex="0"><table id="${id}" data-sortable>
<caption class="hidden">${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${body}</tbody>
</table></section>`;
}

function cell<Row>({ title, cell: content, order, isNumber }: Column<Row>, row: Row): Html {
  const shown = content(row);
  return html`<td data-title="${title}"${attribute('data-order', order?.(row))}${attribute('class', isNumber && 'number')}>${shown}</td>`;
}

/** An id for the page from any text: the same text has the same id, and two texts have two. */
export function domId(prefix: string, text: string): string {
  const safe = text.replace(/[^A-Za-z0-9_-]/g, (character) => `.${character.charCodeAt(0).toString(36)}.`);
  return `${prefix}--${safe}`;
}
