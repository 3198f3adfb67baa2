import { showAges } from './ages.ts';
import { filterRows } from './filter.ts';
import { helpReading } from './reading.ts';
import { sortTables } from './sort.ts';
import { chooseTheme } from './theme.ts';

/**
 * What runs in the browser. Each function uses nothing from outside it, so that its text is a program of its own, in the
 * bundle of the function as in the playground; what an update concerns listens to `page:changed`.
 */
export const clientScript = [chooseTheme, filterRows, sortTables, showAges, helpReading]
  .map((feature) => `(${feature.toString()})();`)
  .join('\n');
