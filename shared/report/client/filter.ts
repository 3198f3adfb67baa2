/** A field that hides the rows without all of its words, and says how many match. */
export function filterRows(): void {
  const form = document.querySelector<HTMLElement>('#filter-form');
  const field = document.querySelector<HTMLInputElement>('#filter');
  const result = document.querySelector<HTMLElement>('#filter-result');
  if (form === null || field === null || result === null) return;
  form.hidden = false;

  const isOuter = (row: Element) => row.parentElement?.closest('[data-row]') === null;
  const matches = (row: Element, words: readonly string[]) => {
    const text = (row.getAttribute('data-text') ?? row.textContent ?? '').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const apply = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...document.querySelectorAll('[data-row]')].filter(isOuter);
    let shown = 0;
    for (const row of rows) {
      const isMatch = matches(row, words);
      if (isMatch) shown += 1;
      row.classList.toggle('filtered', !isMatch);
    }
    for (const mark of document.querySelectorAll('[data-mark]')) {
      const text = (mark.getAttribute('data-mark') ?? '').toLowerCase();
      mark.classList.toggle('dimmed', !words.every((word) => text.includes(word)));
    }
    return words.length === 0 ? '' : `${shown} of ${rows.length} rows match`;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The result is said once the typing pauses.
  const say = (text: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (result.textContent !== text) result.textContent = text;
    }, 400);
  };
  field.addEventListener('input', () => say(apply()));
  document.addEventListener('page:changed', () => say(apply()));
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea');
    if (event.key === 'Escape' && event.target === field && field.value !== '') {
      field.value = '';
      say(apply());
    }
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
  });
  say(apply());
}
