import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, html } from '../../shared/report/view/html.ts';

describe('html', () => {
  it('escapes what text and quoted attributes must not have', () => {
    const text = `<script>alert("x" & 'y')</script>\``;
    expect(html`<p title="${text}">${text}</p>`.text).not.toMatch(/<script|alert\("|'y'|`/);
    expect(html`${'a & b'}`.text).toBe('a &amp; b');
  });

  it('keeps HTML that it made, joins lists, and leaves out what is absent', () => {
    expect(html`<ul>${['a', '<b>'].map((each) => html`<li>${each}</li>`)}</ul>`.text).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
    );
    expect(html`${undefined}${false}${0}`.text).toBe('0');
  });

  it('an attribute is there only with a value', () => {
    expect(attribute('open', true).text).toBe(' open');
    expect([attribute('open', false), attribute('x', undefined)].map(({ text }) => text)).toEqual(['', '']);
    expect(attribute('title', '"><b>').text).toBe(' title="&quot;&gt;&lt;b&gt;"');
  });

  it('shows by their code the characters that reverse the text after them', () => {
    expect(html`${'user\u202Egnp.exe'}`.text).toBe('user\\u202Egnp.exe');
    expect(html`${'\u0627\u0644'}`.text).toBe('\u0627\u0644');
  });

  it('any text gives no tag, no quote, no control character and no half of a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = html`${text}`.text;
        expect(escaped).not.toMatch(/[<>"'`]|(?![\t\n\r])\p{Cc}/u);
        expect(escaped.isWellFormed()).toBe(true);
      }),
    );
  });
});
