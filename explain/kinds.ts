import { type MeshKind, meshKinds } from '../shared/model/kubernetes.ts';

/** Short forms beside the singular and the plural. */
const shortNames: Readonly<Record<MeshKind | 'Pod', readonly string[]>> = {
  Pod: ['po'],
  Mesh: [],
  VirtualNode: ['vnode', 'vnodes', 'vn'],
  VirtualService: ['vservice', 'vservices'],
  VirtualRouter: ['vrouter', 'vrouters'],
  VirtualGateway: ['vgateway', 'vgateways'],
  GatewayRoute: [],
  BackendGroup: [],
};

const kinds = new Map(
  (['Pod', ...meshKinds] as const).flatMap((kind) => {
    const singular = kind.toLowerCase();
    const plural = kind === 'Mesh' ? 'meshes' : `${singular}s`;
    return [singular, plural, ...shortNames[kind]].map((name) => [name, kind] as const);
  }),
);

/** The kind that kubectl means by `pods`, `vnode` or `virtualnodes.appmesh.k8s.aws`; undefined for others. */
export function kindNamed(text: string): MeshKind | 'Pod' | undefined {
  const [name = '', ...group] = text.toLowerCase().split('.');
  const kind = kinds.get(name);
  if (kind === undefined || group.length === 0) return kind;
  const isOfMesh = /^(v1beta2\.)?appmesh\.k8s\.aws$/.test(group.join('.'));
  return kind !== 'Pod' && isOfMesh ? kind : undefined;
}

export const kindNames: readonly string[] = ['Pod', ...meshKinds];
