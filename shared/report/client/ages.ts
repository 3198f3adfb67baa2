/** Says how long ago each time is, beside the time itself. */
export function showAges(): void {
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ] as const;
  const ageOf = (at: number) => {
    const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
    const [size, unit] = units.find(([least]) => seconds >= least) ?? [1, 's'];
    return `${Math.floor(seconds / size)} ${unit} ago`;
  };
  const show = () => {
    for (const element of document.querySelectorAll('time')) {
      const age = ageOf(Date.parse(element.dateTime));
      if (element.getAttribute('data-age') !== age) element.setAttribute('data-age', age);
    }
  };
  document.addEventListener('page:changed', show);
  setInterval(show, 5000);
  show();
}
