import * as z from 'zod/mini';
import { quota, region, roleArn, verifyEveryMinutes } from './parts.ts';

/** Loopback hosts, for which plain HTTP is safe. */
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const endpoint = z
  .string()
  .check(
    z.refine(
      isEndpoint,
      'expected a URL such as https://appmesh.example.com; http only for localhost, 127.0.0.1 and [::1]',
    ),
  );

/**
 * The App Mesh API, as a target. Without this section App Mesh is not called. Another Region, role or endpoint is another
 * target: resources in the former one stay.
 */
export const appMesh = z.strictObject({
  /** Region of App Mesh; the functions' own by default. */
  region: z.optional(region),
  /** A role to assume for App Mesh, in another account or not. */
  roleArn: z.optional(roleArn),
  /** The endpoint of an emulator or a replacement; AWS's endpoint of the Region by default. */
  endpoint: z.optional(endpoint),
  /**
   * Which existing resources of others are adopted when an object of the cluster names them: those with marks of the App
   * Mesh controller, those without a tag of another owner, or none.
   */
  adopt: z._default(z.enum(['old-controller', 'untagged', 'none']), 'old-controller'),
  /**
   * Quotas: of meshes per account, of the others per mesh unless the name says otherwise. The defaults are AWS's:
   * https://docs.aws.amazon.com/app-mesh/latest/userguide/service-quotas.html
   */
  quotas: z.prefault(
    z.strictObject({
      meshes: quota(15),
      virtualNodes: quota(200),
      virtualRouters: quota(200),
      virtualServices: quota(200),
      virtualGateways: quota(3),
      routesPerRouter: quota(50),
      gatewayRoutesPerGateway: quota(10),
      backendsPerNode: quota(50),
      weightedTargets: quota(10),
    }),
    {},
  ),
  verifyEveryMinutes,
});

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname));
}
