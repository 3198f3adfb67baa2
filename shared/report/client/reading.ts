/** Commands get a button that copies them, regions that scroll get the focus, and a link opens what it leads to. */
export function helpReading(): void {
  const addCopyButtons = () => {
    for (const code of document.querySelectorAll('code.command')) {
      if (code.nextElementSibling?.matches('button.copy')) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      button.setAttribute('aria-label', `Copy ${code.textContent}`);
      code.after(button);
    }
  };
  const copy = async (button: HTMLButtonElement) => {
    const text = button.previousElementSibling?.textContent ?? '';
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      const code = button.previousElementSibling;
      if (code) getSelection()?.selectAllChildren(code);
      button.textContent = 'Selected';
    }
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  };
  const focusWhatScrolls = () => {
    for (const region of document.querySelectorAll<HTMLElement>('.scroll'))
      region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1;
  };
  const openTarget = () => {
    let target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    while (target !== null) {
      if (target instanceof HTMLDetailsElement) target.open = true;
      target = target.parentElement;
    }
  };
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button.copy') : null;
    if (button instanceof HTMLButtonElement) void copy(button);
  });
  const all = () => {
    addCopyButtons();
    focusWhatScrolls();
  };
  document.addEventListener('page:changed', all);
  document.addEventListener('toggle', focusWhatScrolls, true);
  addEventListener('resize', focusWhatScrolls);
  addEventListener('hashchange', openTarget);
  all();
  openTarget();
}
