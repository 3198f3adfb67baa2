import type { ClusterRow, Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { badge, domId, name, number, time } from '../parts.ts';

export function clustersSection({ clusters, readFailures }: Report): Html {
  const failures = readFailures.map(
    ({ what, message }) => html`<li><bdi>${what}</bdi>: <bdi>${message}</bdi></li>`,
  );
  const unread =
    failures.length === 0
      ? html``
      : html`<h3>Could not be read</h3><p>What depends on these is missing below, not wrong.</p><ul>${failures}</ul>`;
  return html`<div class="cards">${clusters.map(card)}</div>${unread}`;
}

function card(cluster: ClusterRow): Html {
  const { pods, level } = cluster;
  const all = Object.values(pods).reduce((sum, count) => sum + count, 0);
  return html`<article class="card" id="${domId('cluster', cluster.name)}" data-row>
<h3>${name(cluster.name)} ${badge(level)}</h3>
<dl>
${cluster.drainedSince ? html`<div><dt>Drained since</dt><dd>${time(cluster.drainedSince)}: none of its pods is registered</dd></div>` : ''}
<div><dt>Relay</dt><dd>${relayOf(cluster)}</dd></div>
<div><dt>Last sweep</dt><dd>${sweepOf(cluster)}</dd></div>
<div><dt>Pods</dt><dd><strong>${number(pods.registered)}</strong> registered, of ${number(all)}${others(pods)}</dd></div>
${cluster.mesh.map(
  ({ target, applied, total }) =>
    html`<div><dt>Mesh target ${name(target)}</dt><dd>${number(applied)} of ${number(total)} objects applied</dd></div>`,
)}
${cluster.meshReconciledAt ? html`<div><dt>Mesh reconciled</dt><dd>${time(cluster.meshReconciledAt)}</dd></div>` : ''}
${entriesOf(cluster)}
</dl></article>`;
}

function relayOf({ relay }: ClusterRow): Html {
  if (relay.state === 'never') return html`nothing received yet`;
  return html`${relay.state === 'silent' ? 'silent since' : 'last heard'} ${time(relay.lastSeenAt)}`;
}

function sweepOf({ sweep }: ClusterRow): Html {
  if (sweep === undefined) return html`none yet`;
  const { at, findings, refusedDeletions, oversized, source, everyMinutes, isLate } = sweep;
  const found = findings === 0 ? 'no difference' : `${number(findings)} differences`;
  const late = isLate ? `, late: one is due every ${everyMinutes} min` : '';
  return html`${time(at)}: ${found}${refusedDeletions > 0 ? `, ${number(refusedDeletions)} deletions refused` : ''}${oversized > 0 ? `, ${number(oversized)} too large` : ''}${source === 'relay' ? ', by the listing of the relay' : ''}${late}`;
}

const stateTexts = [
  ['failing', 'failing'],
  ['waiting', 'in progress'],
  ['notReady', 'not ready'],
  ['drained', 'drained'],
  ['notSelected', 'not selected'],
] as const;

function others(pods: ClusterRow['pods']): string {
  const parts = stateTexts.flatMap(([state, text]) =>
    pods[state] > 0 ? `${number(pods[state])} ${text}` : [],
  );
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function entriesOf({ serviceEntries }: ClusterRow): Html {
  if (serviceEntries === undefined) return html``;
  const { at, services, findings } = serviceEntries;
  return html`<div><dt>ServiceEntries</dt><dd>${time(at)}: ${number(services)} services, ${number(findings)} findings</dd></div>`;
}
