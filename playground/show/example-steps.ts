import type { ExplainSubject } from '../../shared/model/commands/explain-command.ts';
import { listCommand, writesObjects } from '../mesh/show-objects.ts';
import { discoverCommand } from './commands.ts';
import type { StepsPlace } from './steps-place.ts';

/** A patch of the walkthrough's only route: three of four requests go to blue. */
const shiftWeight = JSON.stringify([
  { op: 'replace', path: '/spec/routes/0/httpRoute/action/weightedTargets/0/weight', value: 3 },
]);

const namespace = '-n howto-k8s-cloudmap';

/** Which route and targets the request takes, says `explain`. */
export const exampleSubjects: readonly ExplainSubject[] = [
  { service: 'howto-k8s-cloudmap.pvt.aws.local/colorapp' },
  { object: { kind: 'VirtualRouter', namespace: 'howto-k8s-cloudmap', name: 'colorapp' } },
  {
    request: {
      from: 'VirtualNode howto-k8s-cloudmap/front',
      host: 'colorapp.howto-k8s-cloudmap.pvt.aws.local',
      port: 8080,
    },
  },
];

/** Commands for the objects of the walkthrough. `front`: the id of its Cloud Map service front. */
export function exampleSteps(place: StepsPlace, front: string | undefined): readonly string[] {
  const { kubectl, cloudMap } = place;
  return [
    `${kubectl} scale deployment colorapp-blue --replicas=3 ${namespace}`,
    discoverCommand(cloudMap, {
      namespace: 'howto-k8s-cloudmap.pvt.aws.local',
      service: 'colorapp',
      parameters: { version: 'blue' },
    }),
    `${kubectl} delete pod -l app=front ${namespace}`,
    `${kubectl} label pod -l version=red tier=canary ${namespace}`,
    `${kubectl} get pods ${namespace} -o wide`,
    ...meshCommands(place, front),
  ];
}

/** Of the mesh targets that are there. */
function meshCommands(place: StepsPlace, front: string | undefined): readonly string[] {
  const { mesh, kubectl, cloudMap } = place;
  const appMesh = mesh.includes('app-mesh') ? `aws --endpoint-url ${cloudMap} appmesh` : undefined;
  // With their group: Istio has virtual services, too.
  const kinds = ['virtualnodes', 'virtualservices', 'virtualrouters'].map(
    (plural) => `${plural}.appmesh.k8s.aws`,
  );
  const route = '--virtual-router-name colorapp_howto-k8s-cloudmap --route-name color';
  return [
    `${kubectl} get ${kinds.join(',')} -A`,
    appMesh && `${appMesh} list-virtual-nodes --mesh-name howto-k8s-cloudmap`,
    `${kubectl} patch virtualrouter colorapp ${namespace} --type=json -p '${shiftWeight}'`,
    appMesh && `${appMesh} describe-route --mesh-name howto-k8s-cloudmap ${route}`,
    writesObjects(mesh) && listCommand(place),
    ...(mesh.includes('istio') && front !== undefined ? importCommands(place, front) : []),
  ].filter((command) => typeof command === 'string');
}

/** An instance that is no pod of the cluster becomes an endpoint of a ServiceEntry. */
function importCommands({ cloudMap, kubectl }: StepsPlace, serviceId: string): readonly string[] {
  const attributes = 'AWS_INSTANCE_IPV4=10.20.30.40,AWS_INSTANCE_PORT=8080';
  return [
    `aws --endpoint-url ${cloudMap} servicediscovery register-instance --service-id ${serviceId} --instance-id elsewhere --attributes ${attributes}`,
    `${kubectl} get serviceentries.networking.istio.io -n default -o yaml`,
  ];
}
