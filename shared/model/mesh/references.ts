import * as z from 'zod/mini';

/** A valid name of a cluster object. */
const objectName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
      "expected an object's name: small letters, digits, - and .",
    ),
  );

const reference = z.strictObject({ name: objectName, namespace: z.nullish(objectName) });

/** The namespace defaults to that of the referring object. */
export const virtualNodeRef = reference;
export const virtualServiceRef = reference;
export const virtualRouterRef = reference;

/** `*` stands for all virtual services of the namespace: instead of a backend group, and within one. */
function referenceOrAll(expected: string) {
  return z.strictObject({
    name: z.string().check(z.regex(/^(\*|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)$/, expected)),
    namespace: z.nullish(objectName),
  });
}
export const backendGroupRef = referenceOrAll("expected * or a backend group's name");
export const groupedServiceRef = referenceOrAll("expected * or a virtual service's name");

/** The Mesh of an object. Users do not write it: the old controller's webhook did. */
export const meshRef = z.strictObject({ name: objectName, uid: z.string() });
/** The VirtualGateway of a gateway route, likewise. */
export const virtualGatewayRef = z.extend(reference, { uid: z.string() });

/** Kinds of resources that a spec may name by ARN. */
type Named = 'virtualNode' | 'virtualRouter' | 'virtualService';

function appMeshArn(kind: Named) {
  return z
    .string()
    .check(
      z.regex(
        new RegExp(`^arn:aws[a-z-]*:appmesh:[a-z0-9-]+:\\d{12}:mesh/[^/]+/${kind}/[^/]+$`),
        `expected the ARN of a ${kind}, such as arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/orders`,
      ),
    );
}
export const virtualNodeArn = appMeshArn('virtualNode');
export const virtualServiceArn = appMeshArn('virtualService');
export const virtualRouterArn = appMeshArn('virtualRouter');

/**
 * A name in App Mesh is part of the path of a request's URL, where `.`, `..` and `/` have a meaning: a delete of such a name
 * would delete another resource. App Mesh's own ResourceName limits only the length.
 */
const resourceName = z
  .string()
  .check(
    z.maxLength(255),
    z.regex(
      /^(\.{0,2}[^/.][^/]*|\.{3}[^/]*)?$/,
      "expected a name in App Mesh: without /, and other than . and .., since it is part of a URL's path",
    ),
  );

/** An absent or empty awsName means the default name. */
export const awsName = z.nullish(resourceName);
/** The name of a router's route; there is no default. */
export const routeName = resourceName.check(z.minLength(1));
