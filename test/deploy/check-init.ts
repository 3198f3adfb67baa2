import { basename, resolve } from 'node:path';
import { maxInitRatio, measureInit } from './init.ts';

/** Usage: node test/deploy/check-init.ts FOLDER... Each folder is what a function's zip holds, and is named as the function is. */
const folders = process.argv.slice(2).map((folder) => resolve(folder));
const bundles = folders.map((folder) => ({ name: basename(folder), folder }));
for (const { name, cpuMs, ratio } of await measureInit(bundles, 11)) {
  const isTooMuch = ratio > maxInitRatio;
  const verdict = isTooMuch ? `, expected at most ${maxInitRatio} times` : '';
  console.log(
    `${name}: ${cpuMs.toFixed(0)} ms CPU to load, ${ratio.toFixed(1)} times a bare Node's${verdict}`,
  );
  if (isTooMuch) process.exitCode = 1;
}
