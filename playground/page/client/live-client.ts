import module from 'morphdom';
import type { Update } from './update.ts';

/** Its types describe the CommonJS module; the bundle has the ES module, whose default export is the function. */
const morphdom = module as unknown as (typeof module)['default'];

/** Runs in the browser: replaces what changed, and leaves what the reader did as it is. */
const announceAfterMs = 3_000;
const highlightMs = 1_600;

const state = document.querySelector<HTMLElement>('#live-state');
const announcement = document.querySelector<HTMLElement>('#announcement');
let sentence = document.querySelector('#sentence')?.textContent ?? '';
let timer: ReturnType<typeof setTimeout> | undefined;

const source = new EventSource('/events');
source.addEventListener('update', ({ data }: MessageEvent<string>) => apply(JSON.parse(data)));
source.addEventListener('failure', ({ data }: MessageEvent<string>) =>
  show(`Not up to date: ${JSON.parse(data)}`),
);
source.addEventListener('error', () => show('Not connected: npm start does not answer. Trying again …'));

function show(text: string): void {
  if (state === null || state.textContent === text) return;
  state.hidden = false;
  state.textContent = text;
}

function apply({ readAt, sentence: next, fragments }: Update): void {
  const focused = document.activeElement;
  for (const { id, html } of fragments) morph(document.getElementById(id), html);
  if (fragments.length > 0) document.dispatchEvent(new Event('page:changed'));
  if (focused instanceof HTMLElement && focused.isConnected && focused !== document.activeElement)
    focused.focus({ preventScroll: true });
  show(`Live, read at ${readAt.slice(11, 19)} UTC`);
  if (next !== sentence) announce(next);
  sentence = next;
}

/** Once the state has settled: not every step of a rollout. */
function announce(text: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (announcement) announcement.textContent = text;
  }, announceAfterMs);
}

/** The server has escaped what is in the HTML, and no script in it would run: the policy of the page allows none. */
function morph(element: Element | null, html: string): void {
  if (element === null) return;
  morphdom(element, html, {
    onBeforeElUpdated: (from, to) => {
      keepReaders(from, to);
      if (from.isEqualNode(to) || (from.tagName === 'THEAD' && from.querySelector('button') !== null))
        return false;
      if (from.hasAttribute('data-row')) highlight(from);
      return true;
    },
    onNodeAdded: (node) => {
      if (node instanceof HTMLElement && node.hasAttribute('data-row')) highlight(node);
      return node;
    },
    onBeforeNodeDiscarded: (node) => !(node instanceof Element && node.matches('code.command + button.copy')),
  });
}

/** What the reader or the page's script has set is not in the server's HTML. */
function keepReaders(from: HTMLElement, to: HTMLElement): void {
  if (from instanceof HTMLDetailsElement && to instanceof HTMLDetailsElement) to.open = from.open;
  for (const name of ['filtered', 'changed', 'dimmed'])
    if (from.classList.contains(name)) to.classList.add(name);
  for (const name of ['data-age', 'tabindex']) {
    const value = from.getAttribute(name);
    if (value !== null && (name !== 'tabindex' || from.matches('.scroll'))) to.setAttribute(name, value);
  }
}

function highlight(element: HTMLElement): void {
  element.classList.add('changed');
  setTimeout(() => element.classList.remove('changed'), highlightMs);
}
