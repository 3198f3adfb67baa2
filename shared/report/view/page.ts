import { createHash } from 'node:crypto';
import { clientScript } from '../client/client.ts';
import type { Fragment } from '../client/fragment.ts';
import type { Report } from '../plan/report.ts';
import { Html, html } from './html.ts';
import { navigation } from './navigation.ts';
import { time } from './parts.ts';
import { type RenderedSection, sectionsOf } from './sections.ts';
import { style } from './style.ts';

/** Of a page that is updated: a script of its own server, which may connect to that server. */
export interface LivePage {
  readonly scriptUrl: string;
}

/** The whole page, in one file that requests nothing from anywhere. */
export function pageOf(report: Report, live?: LivePage): string {
  const [nav, ...sections] = fragmentsOf(report);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${contentSecurityPolicy(live)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>eks-mesh-sync, ${report.place}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<div><h1>eks-mesh-sync</h1><p class="place">${report.place}</p>
<p id="live-state">Read ${time(report.generatedAt)}</p></div>
<search id="filter-form" hidden>
<label for="filter">Filter <kbd>/</kbd></label>
<input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="pod, service, reason …">
<p id="filter-result" role="status"></p>
</search>
<button id="theme" type="button" hidden>Colours: system</button>
</header>
${new Html(nav?.html ?? '')}
<main id="main" tabindex="-1">
${sections.map((section) => new Html(section.html))}
</main>
<footer><p>Read from the table and from Cloud Map; this page changes nothing. The commands run in the folder of eks-mesh-sync.</p></footer>
<p id="announcement" class="hidden" role="status"></p>
<script>${new Html(clientScript)}</script>
${live ? html`<script src="${live.scriptUrl}" defer></script>\n` : ''}</body>
</html>
`;
  return page.text;
}

/** What changes with the report: the navigation and each section. */
export function fragmentsOf(report: Report): readonly Fragment[] {
  const sections = sectionsOf(report).map((section) => ({ id: section.id, html: sectionText(section) }));
  return [{ id: 'navigation', html: navigation(report).text }, ...sections];
}

function sectionText({ id, title, content }: RenderedSection): string {
  const heading = html`<h2 id="${id}-title"${new Html(id === 'summary' ? ' class="hidden"' : '')}>${title}</h2>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
${heading}
${content}
</section>`.text;
}

/** Nothing is loaded, nothing is sent; only the page's own style and script count. */
export function contentSecurityPolicy(live?: LivePage): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(clientScript)}'${live ? " 'self'" : ''}`,
    'img-src data:',
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
