import { stringify } from 'yaml';
import { meshDefinitions } from './mesh-definitions.ts';

const heading =
  '# Generated from shared/model/mesh and deploy/descriptions by `npm run crds`. Change those, not this file.\n';

/** The files of deploy/crds, one per definition: `appmesh.k8s.aws_virtualnodes.yaml`. */
export function definitionFiles(): { readonly name: string; readonly content: string }[] {
  return meshDefinitions().map((definition) => {
    const [plural = '', ...group] = definition.metadata.name.split('.');
    // Not folded, so that a line of a diff is a line of the schema; and without anchors, which readers do not expect.
    const content = heading + stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false });
    return { name: `${group.join('.')}_${plural}.yaml`, content };
  });
}
