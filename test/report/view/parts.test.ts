import { describe, expect, it } from 'vitest';
import { html } from '../../../shared/report/view/html.ts';
import {
  badge,
  command,
  domId,
  foldedCommand,
  leftOut,
  name,
  number,
  table,
  time,
} from '../../../shared/report/view/parts.ts';
import { bounded } from './harness.ts';

describe('the parts of a page', () => {
  it('are badges with a sign and a word', () => {
    expect(badge('ok').text).toBe('<span class="badge ok"><span aria-hidden="true">✓</span> OK</span>');
    expect(badge('attention').text).toContain('!</span> Attention');
    expect(badge('problem', 'late').text).toBe(
      '<span class="badge problem"><span aria-hidden="true">✕</span> late</span>',
    );
  });

  it.each([
    ['2026-11-28T02:14:05.250Z', '2026-11-28 02:14:05 UTC'],
    ['2026-11-28T02:14:05Z', '2026-11-28 02:14:05 UTC'],
    ['Z.5Z ', 'Z.5Z '],
  ])('are times: %s', (at, shown) => {
    expect(time(at).text).toBe(`<time datetime="${at}">${shown}</time>`);
  });

  it('are texts', () => {
    expect(time(undefined).text).toBe('never');
    expect(name('a<b').text).toBe('<bdi class="name">a&lt;b</bdi>');
    expect(number(1234567)).toBe('1,234,567');
    expect(command(undefined).text).toBe('');
    expect(command('x').text).toBe('<code class="command">x</code>');
    expect(foldedCommand('id', 'x').text).toBe(
      '<details id="id" class="folded"><summary>Explain</summary><code class="command">x</code></details>',
    );
  });

  it('say what is left out, if anything is', () => {
    expect(leftOut(bounded([1, 2], 1200), 'rows', 'How.').text).toBe(
      '<p class="left-out">The first 2 of 1,200 rows are shown. How.</p>',
    );
    expect(leftOut(bounded([1]), 'rows', 'How.').text).toBe('');
  });

  it('are tables', () => {
    const columns = [
      { title: 'A', cell: (row: number) => html`${row}` },
      {
        title: 'B',
        isNumber: true,
        order: (row: number) => -row,
        cell: (row: number) => html`<b>${row}</b>`,
      },
    ];
    const text = table({ id: 't', caption: 'C', columns, rows: [1, 2], idOf: (row) => `r ${row}` }).text;
    expect(text).toBe(`<section class="scroll" aria-label="C" tabindex="0"><table id="t" data-sortable>
<caption class="hidden">C</caption>
<thead><tr><th scope="col">A</th><th scope="col" class="number">B</th></tr></thead>
<tbody><tr id="t--r.w.1" data-row><td data-title="A">1</td><td data-title="B" data-order="-1" class="number"><b>1</b></td></tr>
<tr id="t--r.w.2" data-row><td data-title="A">2</td><td data-title="B" data-order="-2" class="number"><b>2</b></td></tr>
</tbody>
</table></section>`);
  });

  it('have ids in which each other character is escaped', () => {
    expect(domId('a', 'aZ_-09')).toBe('a--aZ_-09');
    expect(domId('a', 'x/y.z é')).toBe('a--x.1b.y.1a.z.w..6h.');
  });
});
