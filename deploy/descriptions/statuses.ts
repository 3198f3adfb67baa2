/** What eks-mesh-sync writes about the objects. */
export const statuses = {
  status: 'What came of it on AWS. Written by eks-mesh-sync.',
  'status.meshARN|virtualNodeARN|virtualServiceARN|virtualRouterARN|virtualGatewayARN|gatewayRouteARN':
    'The ARN of the resource on AWS.',
  'status.routeARNs': "The ARNs of the routes, by the routes' names.",
  'status.observedGeneration': 'The generation of the object that the status speaks of.',
  'status.conditions':
    'The condition of the name <Kind>Active, such as VirtualRouterActive, says whether the spec is in force, and why not.',
  'VirtualNode.status.conditions':
    'VirtualNodeActive says whether the spec is in force, CloudMapInstancesRegistered whether all pods are registered in Cloud Map; and why not.',
  'conditions.type': 'The name of the condition.',
  'conditions.status': 'Whether it is so: True, False or Unknown.',
  'conditions.lastTransitionTime': 'When the status of the condition changed last.',
  'conditions.reason': 'Why, in a word, such as Applied, Invalid or QuotaExceeded.',
  'conditions.message': 'Why, in words: what is wrong and what was expected.',
} as const;
