import type { CloudMap } from '../cloud-map/cloud-map.ts';
import { type AwsCall, AwsError, type AwsReply, type AwsService } from '../protocol.ts';

const path = /^\/2013-04-01\/hostedzone\/([0-9A-Za-z]+)$/;
const namespace = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';

/** The used part of Route 53: GetHostedZone, for the VPCs of a private DNS namespace of Cloud Map. */
export function route53Service(engine: Pick<CloudMap, 'hostedZone'>): AwsService {
  return {
    name: 'route53',
    accepts: ({ url }) => path.test(url.pathname),
    operationOf: ({ method }) => (method === 'GET' ? 'GetHostedZone' : undefined),
    handle: async (_operation, call) => getHostedZone(engine, call),
    fail: ({ status, code, message }, requestId) =>
      xml(
        status,
        `<ErrorResponse ${namespace}><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      ),
  };
}

function getHostedZone(engine: Pick<CloudMap, 'hostedZone'>, { url }: AwsCall): AwsReply {
  const id = path.exec(url.pathname)?.[1] ?? '';
  const zone = engine.hostedZone(id);
  if (zone === undefined)
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, { status: 404 });
  const vpcs = zone.vpcs.map(
    (vpc) => `<VPC><VPCRegion>${zone.region}</VPCRegion><VPCId>${escaped(vpc)}</VPCId></VPC>`,
  );
  return xml(
    200,
    `<GetHostedZoneResponse ${namespace}><HostedZone><Id>/hostedzone/${id}</Id><Name>${escaped(zone.name)}.</Name>` +
      `<CallerReference>cloud-map</CallerReference><Config><PrivateZone>${vpcs.length > 0}</PrivateZone></Config></HostedZone>` +
      `${vpcs.length > 0 ? `<VPCs>${vpcs.join('')}</VPCs>` : ''}</GetHostedZoneResponse>`,
  );
}

function xml(status: number, body: string): AwsReply {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0"?>\n${body}` };
}

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
