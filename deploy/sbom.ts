import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The parts of a CycloneDX document that this program reads. */
interface Sbom {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string }[];
}

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/**
 * Prints a bill of materials, as CycloneDX, of the packages that the functions and the relay are made of: npm's own without
 * what only the development needs. npm 11 with `--omit dev` leaves out what development needs, too.
 */
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};
const deployed = new Set(
  Object.entries(packages).flatMap(([path, { version, dev, devOptional }]) =>
    dev || devOptional || !path.includes('node_modules/') ? [] : `${nameIn(path)}@${version}`,
  ),
);
const all = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], { encoding: 'utf8', maxBuffer: 1e8 }),
) as Sbom;
const sbom = {
  ...all,
  components: all.components.filter((component) => deployed.has(component['bom-ref'])),
  dependencies: all.dependencies.filter(({ ref }) => deployed.has(ref) || ref.startsWith('eks-mesh-sync@')),
};
process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
