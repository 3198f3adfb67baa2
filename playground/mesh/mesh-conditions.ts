/** An object of `appmesh.k8s.aws` as the API server has it. */
export interface MeshObject {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string; readonly generation?: number };
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly MeshCondition[] };
}

export interface MeshCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const plurals = [
  ...['meshes', 'virtualnodes', 'virtualservices', 'virtualrouters', 'virtualgateways', 'gatewayroutes'],
];

export async function meshObjects(server: string): Promise<readonly MeshObject[]> {
  const lists = plurals.map(async (plural) => {
    const response = await fetch(`${server}/apis/appmesh.k8s.aws/v1beta2/${plural}`);
    return ((await response.json()) as { items: MeshObject[] }).items;
  });
  return (await Promise.all(lists)).flat();
}

/** Which object has no final condition yet, or null: applied, or with a field that the mesh target cannot express. */
export function unsettled(objects: readonly MeshObject[]): string | null {
  for (const object of objects) {
    const condition = activeOf(object);
    const isSettled = condition?.status === 'True' || condition?.reason === 'Unsupported';
    const why = condition === undefined ? 'no condition' : `${condition.reason}: ${condition.message}`;
    if (!isSettled) return `${meshObjectName(object)} has ${why}`;
  }
  return null;
}

/** `VirtualService shop/cart: …`: a line for each object that cannot be expressed in the mesh target. */
export function unsupported(objects: readonly MeshObject[]): readonly string[] {
  return objects.flatMap((object) => {
    const condition = activeOf(object);
    return condition?.reason === 'Unsupported' ? [`${meshObjectName(object)}: ${condition.message}`] : [];
  });
}

function activeOf({ kind, status }: MeshObject): MeshCondition | undefined {
  return status?.conditions?.find(({ type }) => type === `${kind}Active`);
}

/** `VirtualNode shop/cart` */
export function meshObjectName({ kind, metadata: { namespace, name } }: MeshObject): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}
