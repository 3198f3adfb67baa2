/** What tests run in the browser: Playwright sends the text of a function, which uses nothing from outside it. */

/** How far the page is wider than the window. */
export const overflow = (): number =>
  document.documentElement.scrollWidth - document.documentElement.clientWidth;

export const scrollDown = (): void => scrollTo(0, 240);

export const scrolledBy = (): number => scrollY;

export const background = (): string => getComputedStyle(document.body).backgroundColor;

export const scrollBehavior = (): string => getComputedStyle(document.documentElement).scrollBehavior;

export const focusedTag = (): string | undefined => document.activeElement?.tagName;

export const focusedId = (): string | undefined => document.activeElement?.id;

export const focusedText = (): string => document.activeElement?.textContent?.trim().slice(0, 40) ?? '';

export function focusedOutline(): string {
  const element = document.activeElement;
  return element === null || element === document.body ? 'none' : getComputedStyle(element).outlineStyle;
}
