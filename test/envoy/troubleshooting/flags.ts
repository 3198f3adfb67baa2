import { inProtocol, type Reproductions, reproduction, routeWith } from './reproduce.ts';
import { get, serve } from './shop.ts';

const noRetries = {
  retryPolicy: {
    ...{ maxRetries: 0, perRetryTimeout: { unit: 's', value: 1 }, httpRetryEvents: ['gateway-error'] },
  },
};
const withoutInstances = { awsCloudMap: { namespaceName: 'webapp.local', serviceName: 'green' } };
const grpcCall = { path: '/a.C/M', headers: { 'content-type': 'application/grpc', te: 'trailers' } };

/** By status and response flags in the access log. */
export const flags: Reproductions = {
  '404 NR': reproduction({}, {}, ({ place }) => get(place.outbound, { path: '/other' })),
  '200 NR': reproduction(inProtocol('grpc', { serviceName: 'a.B' }), {}, ({ place }) =>
    get(place.outbound, grpcCall),
  ),
  '503 UH': reproduction({ green: { serviceDiscovery: withoutInstances } }),
  '503 URX,UF': reproduction(),
  '503 UF': reproduction(routeWith(noRetries)),
  '503 UC': reproduction(routeWith(noRetries), {}, async ({ place }) => {
    using _ = await serve(place.application, 8081, ({ socket }) => socket.destroy());
    return await get(place.outbound);
  }),
  '503 NC': reproduction(
    {},
    { edit: (files) => void Object.assign(files, { 'cds.json': '{"resources":[]}' }) },
  ),
  '503 UO': reproduction(
    { listener: { connectionPool: { http: { maxConnections: 1, maxPendingRequests: 1 } } } },
    { of: 'green' },
    async ({ place }) => {
      using _ = await serve(
        place.application,
        8081,
        (__, response) => void setTimeout(() => response.end(), 300),
      );
      return await Promise.all([1, 2, 3, 4].map(() => get(place.pod)));
    },
  ),
  '503 URX': reproduction({}, {}, async ({ place }) => {
    using _ = await serve(place.application, 8081, (__, response) => void response.writeHead(503).end());
    return await get(place.outbound);
  }),
  '504 UT': reproduction(
    routeWith({ timeout: { perRequest: { unit: 'ms', value: 100 } } }),
    {},
    async ({ place }) => {
      using _ = await serve(place.application, 8081, () => undefined);
      return await get(place.outbound);
    },
  ),
  '0 DC': reproduction({}, {}, async ({ place }) => {
    using _ = await serve(place.application, 8081, () => undefined);
    return await get(place.outbound, { patienceMs: 200 });
  }),
  '502 URX,UPE': reproduction(inProtocol('http2', { prefix: '/id' }), {}, async ({ place }) => {
    using _ = await serve(place.application, 8081, (__, response) => void response.end());
    return await get(place.outbound);
  }),
};
