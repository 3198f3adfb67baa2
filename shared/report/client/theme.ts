/** A button that chooses the colours: those of the system, light, dark. The choice is kept where the browser lets us. */
export function chooseTheme(): void {
  const themes = ['system', 'light', 'dark'] as const;
  const button = document.querySelector<HTMLButtonElement>('#theme');
  const stored = () => {
    try {
      return localStorage.getItem('theme');
    } catch {
      return null;
    }
  };
  const show = (theme: string) => {
    if (theme === 'system') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.setAttribute('data-theme', theme);
    if (button) button.textContent = `Colours: ${theme}`;
  };
  const known = themes.find((theme) => theme === stored()) ?? 'system';
  let current: (typeof themes)[number] = known;
  show(current);
  if (button === null) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    current = themes[(themes.indexOf(current) + 1) % themes.length] ?? 'system';
    show(current);
    try {
      localStorage.setItem('theme', current);
    } catch {
      // The choice holds until the page is closed.
    }
  });
}
