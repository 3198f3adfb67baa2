/** The attributes that name the virtual node that registers an instance, and its mesh. */
export const meshAttribute = 'appmesh.k8s.aws/mesh';
export const virtualNodeAttribute = 'appmesh.k8s.aws/virtualNode';

/** On an instance of ours they are ours, whoever wrote them: a former source must not stay named. */
export const sourceAttributes: readonly string[] = [meshAttribute, virtualNodeAttribute];
