import { parse, parseAllDocuments } from 'yaml';

/** The files of the repository that name the version, by their paths. */
export const versionFiles = [
  'package.json',
  'package-lock.json',
  'relay/chart/Chart.yaml',
  'relay/kustomize/base/objects.yaml',
  'relay/kustomize/overlays/example/kustomization.yaml',
] as const;

export type VersionFile = (typeof versionFiles)[number];

/** Each place that names the version, as `file: field`, with the version. */
export function versions(text: (file: VersionFile) => string): Readonly<Record<string, string>> {
  const chart = parse(text('relay/chart/Chart.yaml'));
  const objects = parseAllDocuments(text('relay/kustomize/base/objects.yaml')).map((each) => each.toJS());
  const image = objects.find(({ kind }) => kind === 'Deployment')?.spec.template.spec.containers[0].image;
  const example = parse(text('relay/kustomize/overlays/example/kustomization.yaml'));
  return {
    'package.json: version': JSON.parse(text('package.json')).version,
    'package-lock.json: version': JSON.parse(text('package-lock.json')).version,
    'relay/chart/Chart.yaml: version': chart.version,
    'relay/chart/Chart.yaml: appVersion': chart.appVersion,
    'relay/kustomize/base/objects.yaml: image': `${image}`.replace(/^.*:/, ''),
    'relay/kustomize/overlays/example/kustomization.yaml: newTag': `${example.images[0].newTag}`,
  };
}

/** A line for each place whose version is not that of the tag, or for a tag that is not `v` and a version. */
export function versionFaults(tag: string, found: Readonly<Record<string, string>>): string[] {
  const [, version] = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag) ?? [];
  if (version === undefined) return [`the tag is ${JSON.stringify(tag)}; expected one such as v1.2.3`];
  return Object.entries(found)
    .filter(([, other]) => other !== version)
    .map(([place, other]) => `${place} is ${other}; expected ${version}, as the tag ${tag} says`);
}
