/** The page's style. Both colour schemes have a contrast of 4.5 or more for all text. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f7f5, #121418);
  --surface: light-dark(#ffffff, #1a1d23);
  --sunken: light-dark(#f1f1ee, #15181d);
  --text: light-dark(#1c1e22, #e7e8eb);
  --muted: light-dark(#575c66, #a4aab6);
  --line: light-dark(#d9dadd, #343941);
  --link: light-dark(#0a54ab, #8fbcff);
  --ok: light-dark(#155c35, #86dba7);
  --ok-ground: light-dark(#e2f3e8, #12301f);
  --attention: light-dark(#724600, #ffd084);
  --attention-ground: light-dark(#fcefd3, #38290c);
  --problem: light-dark(#9b1717, #ffb0ab);
  --problem-ground: light-dark(#fde6e4, #461b1b);
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums;
  scroll-padding-top: 4rem;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100rem; top: 0; padding: .5rem 1rem; background: var(--surface); z-index: 3; }
.skip:focus { left: .5rem; top: .5rem; }
.top, main, footer, nav ul { max-width: 76rem; margin-inline: auto; padding-inline: clamp(.75rem, 3vw, 2rem); }
.top { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: end; padding-block: 1.25rem .75rem; }
.top > div { flex: 1 1 12rem; min-width: 0; }
h1 { font-size: 1.25rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
.place { margin: .125rem 0 0; color: var(--muted); overflow-wrap: anywhere; }
#filter-form { display: grid; grid-template-columns: auto 1fr; gap: .125rem .5rem; align-items: center; flex: 0 1 24rem; }
#filter-form[hidden] { display: none; }
#filter-form p { grid-column: 2; margin: 0; min-height: 1.25rem; font-size: .8125rem; color: var(--muted); }
label { font-size: .875rem; }
kbd { font: .75rem var(--mono); border: 1px solid var(--line); border-radius: 3px; padding: 0 .3em; }
input, button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--muted); border-radius: 6px; padding: .4rem .7rem; min-width: 0; }
input { width: 100%; }
input::placeholder { color: var(--muted); opacity: 1; }
button { cursor: pointer; font-size: .875rem; }
#theme { margin-bottom: 1.375rem; }
#live-state { font-size: .875rem; margin: .125rem 0 0; color: var(--muted); }
nav { position: sticky; top: 0; z-index: 2; background: var(--ground); border-block: 1px solid var(--line); }
nav ul { display: flex; gap: .25rem 1.25rem; list-style: none; margin-block: 0; overflow-x: auto; scrollbar-width: none; }
nav li { flex: none; }
nav a { display: block; padding: .625rem 0; color: inherit; text-decoration: none; font-size: .9375rem; }
nav a:hover { text-decoration: underline; }
nav a:focus-visible { outline-offset: -3px; }
.count { color: var(--muted); font-size: .8125rem; }
main { padding-block: 1.5rem 2rem; }
main > section { margin-block-end: 3rem; }
h2 { font-size: 1.375rem; line-height: 1.25; letter-spacing: -.015em; margin: 0 0 1rem; text-wrap: balance; }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; max-width: 70ch; }
.meta, .read-at, .left-out, .empty { color: var(--muted); font-size: .9375rem; }
.left-out { border-inline-start: 3px solid var(--line); padding-inline-start: .75rem; }
.name { font-weight: 600; overflow-wrap: anywhere; }
bdi { overflow-wrap: anywhere; }
.badge { display: inline-block; font-size: .8125rem; font-weight: 600; line-height: 1.4; padding: .05rem .5rem; border-radius: 999px; white-space: nowrap; }
.badge.ok { color: var(--ok); background: var(--ok-ground); }
.badge.attention { color: var(--attention); background: var(--attention-ground); }
.badge.problem { color: var(--problem); background: var(--problem-ground); }
.verdict { background: var(--surface); border: 1px solid var(--line); border-inline-start: 6px solid; border-radius: 10px; padding: 1rem clamp(.75rem, 3vw, 1.5rem); }
.verdict.ok { border-inline-start-color: var(--ok); }
.verdict.attention { border-inline-start-color: var(--attention); }
.verdict.problem { border-inline-start-color: var(--problem); }
.sentence { font-size: clamp(1.125rem, 1rem + 1vw, 1.5rem); line-height: 1.35; margin: 0; text-wrap: pretty; max-width: 60ch; overflow-wrap: anywhere; }
.sentence .badge { font-size: .875rem; vertical-align: .15em; margin-inline-end: .25rem; }
.issues { list-style: none; margin: .75rem 0 0; padding: 0; display: grid; gap: .375rem; }
.issues a { overflow-wrap: anywhere; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
.card, .item, .scroll, .graph { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.card { padding: 1rem 1.25rem; }
.card h3 { margin: 0 0 .5rem; display: flex; flex-wrap: wrap; gap: .5rem; justify-content: space-between; align-items: center; font-size: 1.0625rem; }
dl { margin: 0; }
.card dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: .25rem .75rem; padding-block: .25rem; }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; }
.list { display: grid; gap: .5rem; }
.item > summary { padding: .625rem 1rem; cursor: pointer; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; border-radius: 10px; }
.item > summary::before { content: "▸"; color: var(--muted); width: .8em; }
.item[open] > summary::before { content: "▾"; }
summary::-webkit-details-marker { display: none; }
summary { list-style: none; }
.item > summary .title { flex: 1 1 14rem; min-width: 0; }
.item > :not(summary) { margin-inline: 1rem; }
.item > :last-child { margin-block-end: 1rem; }
.note { border-inline-start: 3px solid var(--attention); padding-inline-start: .75rem; overflow-wrap: anywhere; }
td details > summary { cursor: pointer; color: var(--link); text-decoration: underline; text-underline-offset: .15em; }
.attributes { font: .8125rem/1.5 var(--mono); margin-block-start: .25rem; }
.attributes > div { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: .5rem; }
.scroll { overflow-x: auto; }
.item .scroll { background: var(--sunken); }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: start; vertical-align: top; padding: .5rem .875rem; border-block-end: 1px solid var(--line); }
tbody tr:last-child td { border-block-end: 0; }
th { font-size: .8125rem; color: var(--muted); font-weight: 600; white-space: nowrap; }
td { min-width: 6rem; max-width: 34rem; overflow-wrap: anywhere; }
.number { text-align: end; }
th .sort { background: none; border: 0; padding: 0; font: inherit; color: inherit; }
th .sort::after { content: " ↕"; color: var(--muted); }
th[aria-sort="ascending"] .sort::after { content: " ↑"; color: var(--text); }
th[aria-sort="descending"] .sort::after { content: " ↓"; color: var(--text); }
.graph { padding: .5rem; }
.graph svg { display: block; font: 14px system-ui, sans-serif; fill: var(--text); }
.legend { color: var(--muted); font-size: .8125rem; margin: .375rem 0 1rem; }
.vertex rect { fill: var(--sunken); stroke: var(--muted); }
.vertex.attention rect { fill: var(--attention-ground); stroke: var(--attention); stroke-width: 2; stroke-dasharray: 6 3; }
.vertex.problem rect { fill: var(--problem-ground); stroke: var(--problem); stroke-width: 2.5; }
.vertex text, .edge-label text { text-anchor: middle; }
.vertex-name { font-weight: 600; }
.vertex-kind { font-size: 11.5px; fill: var(--muted); }
.vertex.attention .vertex-kind, .vertex.problem .vertex-kind { fill: var(--text); }
.edge { fill: none; stroke: var(--muted); }
.edge.backend { stroke-dasharray: 5 4; }
.edge.unused { stroke-dasharray: 1 4; }
.edge-label { font-size: 12px; font-weight: 600; }
.edge-label rect { fill: var(--surface); }
.arrow { fill: var(--muted); }
.dimmed { opacity: .25; }
.bar { display: block; margin-block-start: .25rem; }
.step { stroke: var(--surface); stroke-width: 1; }
.step-0 { fill: light-dark(#b9c0cc, #4a5260); }
.step-1 { fill: light-dark(#8a94a6, #6d788b); }
.step-2 { fill: light-dark(#5b6679, #98a4b8); }
.step-3 { fill: light-dark(#2f3947, #c6d0e0); }
.plain { list-style: none; margin: 0; padding: 0; }
.groups { list-style: none; margin: 0 0 1rem; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; }
.command { font: .8125rem/1.6 var(--mono); background: var(--sunken); border: 1px solid var(--line); border-radius: 5px; padding: .15rem .4rem; overflow-wrap: anywhere; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.copy { font-size: .75rem; padding: .05rem .45rem; margin-inline-start: .375rem; border-color: var(--line); }
time[data-age]::after { content: " (" attr(data-age) ")"; color: var(--muted); }
.filtered { display: none; }
footer { color: var(--muted); font-size: .875rem; padding-block: 1rem 3rem; }
@media (max-width: 44rem) {
  .top { align-items: center; }
  #filter-form { flex: 1 1 100%; order: 1; }
  #filter-form p { min-height: 0; }
  #theme { margin: 0; }
  .card dl > div { grid-template-columns: 1fr; gap: 0; }
  table, tbody, tr, td, thead { display: block; }
  thead tr { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .5rem .875rem; border-block-end: 1px solid var(--line); }
  thead th { padding: 0; border: 0; }
  tbody tr { padding: .625rem .875rem; border-block-end: 1px solid var(--line); }
  tbody tr:last-child { border-block-end: 0; }
  td { border: 0; padding: .125rem 0; max-width: none; text-align: start; }
  td[data-title] { position: relative; padding-inline-start: 6.5rem; }
  td::before { content: attr(data-title); position: absolute; inset-inline-start: 0; width: 6rem; color: var(--muted); font-size: .8125rem; }
}
@media (max-width: 26rem) {
  td[data-title] { padding-inline-start: 0; }
  td::before { position: static; display: block; width: auto; }
}
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
  .changed { animation: changed 1.5s ease-out; }
  @keyframes changed { from { background: var(--attention-ground); } }
}
@media (forced-colors: active) { .badge { border: 1px solid; } }
@media print { nav, #filter-form, button, .skip { display: none; } }
`;
