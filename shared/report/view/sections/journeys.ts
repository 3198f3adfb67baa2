import type { Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';

export function journeysSection({ journeys }: Report): Html {
  if (journeys.total === 0)
    return html`<p class="empty">No registration was recorded with its times yet.</p>`;
  return html``;
}
