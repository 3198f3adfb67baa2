import { createHash } from 'node:crypto';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { fragmentsOf, pageOf } from '../../shared/report/view/page.ts';
import { hostile, sampleReport } from './sample-report.ts';

const staticPage = () => pageOf(sampleReport);
const livePage = () => pageOf(sampleReport, { scriptUrl: '/live.js' });

/** The rules of the HTML standard and of accessibility; not those of style. */
const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: { 'no-inline-style': 'error', 'tel-non-breaking': 'off' },
});

describe('the page', () => {
  it.each([
    ['static', staticPage],
    ['live', livePage],
  ])('is valid HTML: %s', async (_, textOf) => {
    const { results } = await validator.validateString(textOf());
    const messages = results.flatMap((result) => result.messages);
    expect(messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`)).toEqual([]);
  });

  it('has each id once', () => {
    const page = staticPage();
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(30);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has no hostile text as markup', () => {
    const page = staticPage();
    for (const text of Object.values(hostile)) if (/[<>"'`]/.test(text)) expect(page).not.toContain(text);
    expect(page).not.toMatch(/<img|<svg on|onerror="|href="javascript/);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('\u202E');
  });

  it('requests nothing: links lead to its own parts, and its style names no address', () => {
    const page = staticPage();
    for (const [, target] of page.matchAll(/\s(?:src|href|action|xlink:href)="([^"]*)"/g))
      expect(target).toMatch(/^(#|data:,$)/);
    expect(page).not.toMatch(/url\((?!#)|@import|srcset/);
  });

  it('its links lead to parts that are there', () => {
    const page = staticPage();
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    for (const [, target = ''] of page.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  it('its policy lets only its own style and script run, and a live page connect to its own server', () => {
    const page = staticPage();
    const hash = (text: string | undefined) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`;
    const script = hash(/<script>([\s\S]*?)<\/script>/.exec(page)?.[1]);
    const style = hash(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1]);
    const policyOf = (text: string) => /content-security-policy" content="([^"]*)"/.exec(text)?.[1];
    expect(policyOf(page)?.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src ${style}; script-src ${script}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(policyOf(livePage())?.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src ${style}; script-src ${script} 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('says what is wrong first, and how many rows were left out', () => {
    const page = staticPage();
    const text = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
    expect(text.indexOf('3 problems:')).toBeLessThan(text.indexOf('Clusters', text.indexOf('Summary')));
    expect(text).toContain('The first 4 of 900 pods are shown.');
    expect(text).toContain('The first 2 of 40 instances are shown.');
    expect(text).toContain('The first 3 of 14 issues are shown.');
  });

  it('is the same for the same report, part by part', () => {
    const page = staticPage();
    expect(pageOf(structuredClone(sampleReport))).toBe(page);
    const changed = fragmentsOf({ ...sampleReport, deadLetters: { rows: [], total: 0 } });
    const before = fragmentsOf(sampleReport);
    const different = changed.filter(({ html }, index) => html !== before[index]?.html);
    expect(different.map(({ id }) => id)).toEqual(['navigation', 'dead-letters']);
  });
});
