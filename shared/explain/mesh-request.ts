import * as z from 'zod/mini';
import { hostPortOf, type MeshRequest } from '../mesh/routing/evaluate/request.ts';

const from =
  'expected the sender as "VirtualNode namespace/name", or the gateway that it arrives at as "VirtualGateway namespace/name"';
const senders = /^(VirtualNode|VirtualGateway) ([a-z0-9][a-z0-9-]{0,62})\/([a-z0-9][a-z0-9.-]{0,252})$/;
const host = 'expected a host name, with :port if the client writes one in the Host header';
const port = 'expected the port that the client connects to: 1 to 65535';
const method = 'expected a method in capital letters, such as GET';
const path =
  'expected a path as a client sends it, with the query, if any: it begins with /, in ASCII without spaces and # (such as %C3%BC for ü), and has no %00';
const headers =
  'expected values by header name: {"x-color": "blue"}; several of a name as a list: {"x-color": ["blue", "red"]}';
const values = 'expected a list of 1 to 100 texts, each in one line';
const value = z.string('expected a text').check(z.regex(/^[^\r\n\0]*$/, 'expected a text in one line'));

const fields = {
  from: z.string(from).check(z.regex(senders, from)),
  host: z
    .string(host)
    .check(z.maxLength(255), z.regex(/^([A-Za-z0-9*._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/, host)),
  /** By default that of the Host header, else that of the scheme. */
  port: z.optional(z.int(port).check(z.minimum(1, port), z.maximum(65_535, port))),
  scheme: z._default(z.enum(['http', 'https'], 'expected http or https'), 'http'),
  method: z.optional(z.string(method).check(z.regex(/^[A-Z]{1,20}$/, method))),
  path: z._default(z.string(path).check(z.maxLength(8192), z.regex(/^\/(?![^?]*%00)[!"$-~]*$/, path)), '/'),
  headers: z._default(
    z.record(
      z.string().check(z.regex(/^[!$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of a header')),
      z.union([value, z.array(value).check(z.minLength(1, values), z.maxLength(100, values))], {
        error: ({ input }) => (Array.isArray(input) ? values : 'expected a text, or a list of texts'),
      }),
      headers,
    ),
    {},
  ),
  /** A gRPC call is a POST with a content type of its own. */
  protocol: z._default(z.enum(['http', 'grpc'], 'expected http or grpc'), 'http'),
};

/** The request that `explain` is to follow; other fields than these are refused. */
export const meshRequest = z
  .strictObject(fields, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys'
        ? `unknown field ${(keys as readonly string[]).join(', ')}; expected ${Object.keys(fields).join(', ')}`
        : 'expected {"from", "host", "port", "method", "path", "headers"}',
  })
  .check(
    z.superRefine(({ headers: all }, context) => {
      const names = Object.keys(all ?? {}).map((name) => name.toLowerCase());
      for (const [index, name] of Object.keys(all ?? {}).entries())
        if (names.indexOf(name.toLowerCase()) < index || name.toLowerCase() === 'host')
          context.addIssue({
            code: 'custom',
            path: ['headers', name],
            message:
              name.toLowerCase() === 'host'
                ? 'is not a header here; expected the field host'
                : 'is there twice; the case of a name makes no difference',
          });
    }),
  );
export type AskedRequest = z.output<typeof meshRequest>;

/** With all that the client left to its defaults. */
export function toMeshRequest({
  from: sender,
  port: connected,
  protocol,
  headers: all,
  ...rest
}: AskedRequest): MeshRequest {
  const [, kind = '', namespace = '', name = ''] = senders.exec(sender) ?? [];
  const named = hostPortOf(rest);
  const isGrpc = protocol === 'grpc';
  return {
    ...rest,
    from: { kind: kind as MeshRequest['from']['kind'], namespace, name },
    port: connected ?? named ?? (rest.scheme === 'https' ? 443 : 80),
    method: rest.method ?? (isGrpc ? 'POST' : 'GET'),
    headers: {
      ...(isGrpc && { 'content-type': 'application/grpc' }),
      ...Object.fromEntries(Object.entries(all).map(([key, each]) => [key.toLowerCase(), each])),
    },
  };
}
