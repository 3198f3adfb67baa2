import type { HttpInstanceSummary } from '@aws-sdk/client-servicediscovery';
import { type ExplainSubject, explainCommand } from '../../shared/model/commands/explain-command.ts';
import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';
import type { Question } from '../cloud-map-view.ts';
import { listCommand, writesObjects } from '../mesh/show-objects.ts';

/** The aws command that runs a query against Cloud Map at an endpoint. */
function commandOf(endpoint: string, { namespace, service, parameters = {} }: Question): string {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return [
    `aws --endpoint-url ${endpoint} servicediscovery discover-instances`,
    `--namespace-name ${namespace} --service-name ${service}`,
    ...(query.length > 0 ? [`--query-parameters ${query.join(',')}`] : []),
  ].join(' ');
}

/** The command and its output. */
export function answerText(
  endpoint: string,
  question: Question,
  instances: readonly HttpInstanceSummary[],
): string {
  return `$ ${commandOf(endpoint, question)}\n${JSON.stringify({ Instances: instances }, null, 4)}\n`;
}

interface Place {
  readonly aws: string;
  readonly cloudMap: string;
  readonly kubectl: string;
  readonly table: string;
  readonly mesh: readonly MeshTargetName[];
  /** The id of the example's Cloud Map service front. */
  readonly front: string | undefined;
  /** Commands for the pods that run on this machine. */
  readonly podSteps: readonly string[];
  /** What `explain` can explain, such as a request of the mesh objects; of the example it has its own. */
  readonly subjects?: readonly ExplainSubject[];
}

/** Passes the event on standard input, which works with versions 1 and 2 of the aws command. */
function invocation(endpoint: string, name: string, event: object): string {
  const invoke = `aws --endpoint-url ${endpoint} lambda invoke --function-name ${name}`;
  return `echo '${JSON.stringify(event)}' | ${invoke} --payload fileb:///dev/stdin /dev/stdout`;
}

/** A patch of the walkthrough's only route: three of four requests go to blue. */
const shiftWeight = JSON.stringify([
  { op: 'replace', path: '/spec/routes/0/httpRoute/action/weightedTargets/0/weight', value: 3 },
]);

const namespace = '-n howto-k8s-cloudmap';

/** Which route and targets the request takes, says `explain`. */
const exampleSubjects: readonly ExplainSubject[] = [
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

/** Of the mesh targets that are there. */
function meshCommands(place: Place): readonly string[] {
  const { mesh, kubectl, cloudMap, front } = place;
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
function importCommands({ cloudMap, kubectl }: Place, serviceId: string): readonly string[] {
  const attributes = 'AWS_INSTANCE_IPV4=10.20.30.40,AWS_INSTANCE_PORT=8080';
  return [
    `aws --endpoint-url ${cloudMap} servicediscovery register-instance --service-id ${serviceId} --instance-id elsewhere --attributes ${attributes}`,
    `${kubectl} get serviceentries.networking.istio.io -n default -o yaml`,
  ];
}

/** Commands to try next; they work as printed. */
export function nextSteps(place: Place, exampleIsThere: boolean): string {
  const { aws, cloudMap, kubectl, table } = place;
  const subjects = exampleIsThere ? exampleSubjects : (place.subjects ?? []);
  const example = [
    `${kubectl} scale deployment colorapp-blue --replicas=3 ${namespace}`,
    commandOf(cloudMap, {
      namespace: 'howto-k8s-cloudmap.pvt.aws.local',
      service: 'colorapp',
      parameters: { version: 'blue' },
    }),
    `${kubectl} delete pod -l app=front ${namespace}`,
    `${kubectl} label pod -l version=red tier=canary ${namespace}`,
    `${kubectl} get pods ${namespace} -o wide`,
    ...meshCommands(place),
  ];
  const always = [
    ...subjects.map((subject) =>
      explainCommand({ subject, place: { kind: 'playground', url: aws, kubectl } }),
    ),
    `aws --endpoint-url ${cloudMap} servicediscovery list-services`,
    `aws --endpoint-url ${aws} dynamodb scan --table-name ${table}`,
    invocation(aws, 'resync', { cluster: 'local', dryRun: true }),
  ];
  const commands = [...place.podSteps, ...(exampleIsThere ? example : []), ...always];
  return `Running. Press Ctrl-C to stop. Commands to try in another terminal (the aws command needs a Region and any
credentials, and must not put data- before the host name):

  export AWS_DEFAULT_REGION=us-west-2 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export AWS_DISABLE_HOST_PREFIX_INJECTION=true

${commands.map((command) => `  ${command}\n`).join('')}
`;
}
