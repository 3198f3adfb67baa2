import type { Issue, Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { badge, leftOut } from '../parts.ts';

/** In one sentence whether all is well, and if not, what and where. */
export function summary({ verdict, scope }: Report): Html {
  const { level, sentence, issues } = verdict;
  const list = issues.total > 1 ? html`<ul class="issues">${issues.rows.map(item)}</ul>` : html``;
  const only = [
    scope.cluster && `cluster ${scope.cluster}`,
    scope.namespace && `namespace ${scope.namespace}`,
  ];
  const what = only.filter(Boolean).join(', ');
  return html`<div class="verdict ${level}">
<p class="sentence">${badge(level)} <span id="sentence">${sentence}</span></p>
${list}${leftOut(issues, 'issues', 'The others are in the sections below.')}
${first(issues.rows)}</div>${what === '' ? '' : html`<p class="meta">Only ${what}.</p>`}`;
}

function item({ level, text, section }: Issue): Html {
  return html`<li>${badge(level)} <a href="#${section}">${text}</a></li>`;
}

/** The only issue is in the sentence. */
function first(issues: readonly Issue[]): Html {
  const [only, ...others] = issues;
  if (only === undefined || others.length > 0) return html``;
  return html`<p><a href="#${only.section}">See where</a></p>`;
}
