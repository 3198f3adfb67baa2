import type { Question } from '../cloud-map-view.ts';

/** The aws command that runs a query against Cloud Map at an endpoint. */
export function discoverCommand(endpoint: string, { namespace, service, parameters = {} }: Question): string {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return [
    `aws --endpoint-url ${endpoint} servicediscovery discover-instances`,
    `--namespace-name ${namespace} --service-name ${service}`,
    ...(query.length > 0 ? [`--query-parameters ${query.join(',')}`] : []),
  ].join(' ');
}

/** Passes the event on standard input, which works with versions 1 and 2 of the aws command. */
export function invocation(endpoint: string, name: string, event: object): string {
  const invoke = `aws --endpoint-url ${endpoint} lambda invoke --function-name ${name}`;
  return `echo '${JSON.stringify(event)}' | ${invoke} --payload fileb:///dev/stdin /dev/stdout`;
}
