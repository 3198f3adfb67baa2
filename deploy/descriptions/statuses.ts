/** The status fields, which eks-mesh-sync writes. */
export const statuses = {
  status: 'The state of the resource on AWS. Written by eks-mesh-sync.',
  'status.meshARN|virtualNodeARN|virtualServiceARN|virtualRouterARN|virtualGatewayARN|gatewayRouteARN':
    'The ARN of the resource on AWS.',
  'status.routeARNs': "The ARNs of the routes, by the routes' names.",
  'status.observedGeneration': 'The generation of the object that the status is about.',
  'status.conditions':
    'The condition <Kind>Active, such as VirtualRouterActive, shows whether the spec is applied, and if not, why.',
  'VirtualNode.status.conditions':
    'VirtualNodeActive shows whether the spec is applied, CloudMapInstancesRegistered whether all pods are registered in Cloud Map, and if not, why.',
  'conditions.type': 'The name of the condition.',
  'conditions.status': 'The status of the condition: True, False or Unknown.',
  'conditions.lastTransitionTime': 'When the status of the condition last changed.',
  'conditions.reason': 'The reason in CamelCase, such as Applied, Invalid or QuotaExceeded.',
  'conditions.message': 'Details for people: what is wrong and what was expected.',
} as const;
