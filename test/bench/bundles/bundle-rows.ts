import type { Row } from '../row.ts';
import { measureBundles } from './bundles.ts';

export async function bundles(): Promise<readonly Row[]> {
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
  return (await measureBundles()).flatMap(({ name, mesh, bundleBytes, zippedBytes, cpuMs, ratio }): Row[] => [
    [
      `bundle of ${name}${targetText(mesh)}`,
      mesh.length > 1 ? '-' : 'under 200 kB zipped',
      `${kilobytes(bundleBytes)}, ${kilobytes(zippedBytes)} zipped`,
    ],
    [
      `init of ${name}${targetText(mesh)}`,
      mesh.length > 1 ? '-' : "at most 4 times a bare Node's CPU",
      `${ratio.toFixed(1)} times, ${cpuMs.toFixed(0)} ms CPU`,
    ],
  ]);
}

/** Most functions have no code of a mesh target. */
function targetText(mesh: readonly string[]): string {
  return mesh.length === 0 ? '' : ` with mesh: ${mesh.length > 1 ? 'all four' : mesh[0]}`;
}
