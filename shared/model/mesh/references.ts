import * as z from 'zod/mini';

/** A name that an object of the cluster may have. */
const objectName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
      "expected an object's name: small letters, digits, - and .",
    ),
  );

const reference = z.strictObject({ name: objectName, namespace: z.nullish(objectName) });

/** Without a namespace, to an object of the referring object's own. */
export const virtualNodeRef = reference;
export const virtualServiceRef = reference;
export const virtualRouterRef = reference;

/** `*` stands for all virtual services of the namespace: in place of a backend group, and in one. */
function referenceOrAll(expected: string) {
  return z.strictObject({
    name: z.string().check(z.regex(/^(\*|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)$/, expected)),
    namespace: z.nullish(objectName),
  });
}
export const backendGroupRef = referenceOrAll("expected * or a backend group's name");
export const groupedServiceRef = referenceOrAll("expected * or a virtual service's name");

/** The Mesh that an object is in. Nobody writes it: the controller's webhook did. */
export const meshRef = z.strictObject({ name: objectName, uid: z.string() });
/** The VirtualGateway that a gateway route is in, likewise. */
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
 * A name in App Mesh stands in the path of a request's URL, where `.` and `..` are steps and `/` is a border: a delete of
 * such a name would be one of something else. App Mesh's own ResourceName has but a length.
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
/** The name of a router's route, which has no default. */
export const routeName = resourceName.check(z.minLength(1));
