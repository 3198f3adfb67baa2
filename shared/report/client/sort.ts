/** Column headings become buttons that sort their table. A table keeps its order when the page is updated. */
export function sortTables(): void {
  const collator = new Intl.Collator('en', { numeric: true });
  const keyOf = (row: HTMLTableRowElement, column: number) => {
    const cell = row.cells[column];
    return cell?.getAttribute('data-order') ?? cell?.textContent?.trim() ?? '';
  };
  const sort = (table: HTMLTableElement) => {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    const column = heads.findIndex((head) => head.hasAttribute('aria-sort'));
    const body = table.tBodies[0];
    if (column < 0 || body === undefined) return;
    const sign = heads[column]?.getAttribute('aria-sort') === 'descending' ? -1 : 1;
    const rows = [...body.rows];
    const sorted = rows.toSorted((a, b) => sign * collator.compare(keyOf(a, column), keyOf(b, column)));
    if (sorted.every((row, index) => row === rows[index])) return;
    // Moving a row takes the focus from what is in it.
    const focused = document.activeElement;
    body.append(...sorted);
    if (focused instanceof HTMLElement && body.contains(focused)) focused.focus({ preventScroll: true });
  };
  const toggle = (table: HTMLTableElement, head: HTMLTableCellElement) => {
    const next = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
    for (const other of table.tHead?.rows[0]?.cells ?? []) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', next);
    sort(table);
  };
  const enhance = (table: HTMLTableElement) => {
    for (const head of table.tHead?.rows[0]?.cells ?? []) {
      if (head.querySelector('button') !== null) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.textContent = head.textContent;
      button.addEventListener('click', () => toggle(table, head));
      head.replaceChildren(button);
    }
    sort(table);
  };
  const all = () => {
    for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) enhance(table);
  };
  document.addEventListener('page:changed', all);
  all();
}
